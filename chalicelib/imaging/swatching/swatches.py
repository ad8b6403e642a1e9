"""Pieces of cloth that lie undistorted in a photo without a flat view."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.color import to_lab
from chalicelib.imaging.flattening.spread import shrink
from chalicelib.imaging.image import Mask, Rgb8, Rgba8
from chalicelib.imaging.pattern.hem import draped_ppm, read_hem
from chalicelib.imaging.swatching.bands import border_band
from chalicelib.imaging.swatching.matching import find_ribbons
from chalicelib.imaging.swatching.ribbon import straightest
from chalicelib.imaging.swatching.squares import Look
from chalicelib.imaging.swatching.upright import along_s, turned_to_weave

# How long the longest extent of the cloth usually is, by kind of photo, meters.
_EXTENT_M = {"close_up": 0.5, "pleated_fan": 1.0, "hung": 1.15}
_FOLDED_EXTENT_M = 0.9
_SIDE = 600
_DRAPED = frozenset({"worn", "mannequin"})


@dataclass(frozen=True, slots=True, eq=False)
class Swatches:
    """
    What could be read of a saree without a flat view.

    Attributes
    ----------
    body : ndarray of uint8, shape (H, W, 3)
        The largest undistorted piece of the field, sRGB, at `pixels_per_meter`.
    border : ndarray of uint8, shape (h, w, 3), or None
        A piece of border, its outer edge at the last row.
    pixels_per_meter : float
        An estimate from the usual size of what such photos show.
    uniformity : float
        How much alike the parts of the body's piece are, 0..1.
    pallu : ndarray of uint8, shape (h, w, 3), or None
        The largest piece of a part that is unlike the body, its stripes across.
    """

    body: Rgb8
    border: Rgb8 | None
    pixels_per_meter: float
    uniformity: float
    pallu: Rgb8 | None = None


def read_swatches(cutout: Rgba8, kind: str, finest_ppm: float) -> Swatches | None:
    """
    Find the largest undistorted pieces of body, of border and of pallu.

    Parameters
    ----------
    cutout : ndarray of uint8, shape (H, W, 4)
        sRGB with straight coverage, upright.
    kind : str
        The kind of photo, which tells how large cloth in it usually is.
    finest_ppm : float
        The swatches are averaged down to at most so many pixels per meter.

    Returns
    -------
    Swatches or None
        None where no piece is large enough to show what the cloth looks like.
    """
    small, scale = shrink(cutout, _SIDE)
    cloth = _largest_piece(small[..., 3] > 200)
    if not cloth.any():
        return None
    draped = kind in _DRAPED
    small_ppm = _photo_ppm(cloth, kind)
    photo_ppm = small_ppm / scale
    ppm = min(finest_ppm, float(np.ceil(photo_ppm / 10) * 10))
    look = Look.of(small, cloth, draped=draped)
    hem = read_hem(look.lab, cloth) if draped else None
    ribbons = [] if hem is None else find_ribbons(hem, cloth)
    depth = 0 if hem is None else round(hem.border / small_ppm * ppm)
    border = straightest(cutout, scale, ribbons, depth)
    if hem is not None and border is not None:
        look = replace(look, body=hem.body_likelihood())
    found = look.best_square()
    if found is None:
        return None
    body = _swatch(cutout, found.square / scale, ppm / photo_ppm)
    other = look.beside(ribbons).unlike(found)
    pallu = None
    if other is not None:
        piece = _swatch(cutout, other.square / scale, ppm / photo_ppm)
        pallu = evened(along_s(piece, stripes_across=True))
    if border is None:
        border = border_band(cutout, photo_ppm, ppm, colors_of(body, ppm), draped=draped)
    return Swatches(evened(body), border, ppm, found.uniformity, pallu)


def _largest_piece(cloth: Mask) -> Mask:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(cloth.astype(np.uint8))
    if count < 2:
        return cloth
    piece: Mask = labels == 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    return piece


def _photo_ppm(cloth: Mask, kind: str) -> float:
    if kind in _DRAPED:
        return draped_ppm(cloth)
    rows, columns = np.nonzero(cloth)
    _, sizes, _ = cv2.minAreaRect(np.stack([columns, rows], axis=1).astype(np.float32))
    return float(max(sizes)) / _EXTENT_M.get(kind, _FOLDED_EXTENT_M)


def _swatch(cutout: Rgba8, square: NDArray[np.float64], factor: float) -> Rgb8:
    """The part of a square that is left when its weave is turned upright."""
    row, column, size = (round(float(v)) for v in square)
    piece = turned_to_weave(cutout[row : row + size, column : column + size, :3])
    edge = max(16, round(piece.shape[0] * factor))
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    swatch: Rgb8 = cv2.resize(piece, (edge, edge), interpolation=way)
    return swatch


def colors_of(body: Rgb8, ppm: float) -> NDArray[np.float64]:
    """A sample of the colors of a piece of body, its threads averaged: CIE L*a*b*, (N, 3)."""
    soft = cv2.GaussianBlur(to_lab(body), (0, 0), max(0.5, 0.002 * ppm))
    return np.asarray(soft[::4, ::4].reshape(-1, 3), np.float64)


def evened(swatch: Rgb8) -> Rgb8:
    """A swatch without its slow change of lightness: sRGB, same shape."""
    small = cv2.resize(swatch, (8, 8), interpolation=cv2.INTER_AREA).astype(np.float32)
    drift = small.mean(axis=2) + 1
    drift = cv2.GaussianBlur(drift, (0, 0), 2.0)
    gain = cv2.resize(drift.mean() / drift, swatch.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    even: Rgb8 = np.clip(np.round(swatch * gain[..., None]), 0, 255).astype(np.uint8)
    return even
