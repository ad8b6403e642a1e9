"""Pieces of cloth that lie undistorted in a photo without a flat view."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.color import to_lab
from chalicelib.imaging.image import Mask, Rgb8, Rgba8
from chalicelib.imaging.outline import Side, sides, trace
from chalicelib.imaging.parts import find_border
from chalicelib.imaging.spread import shrink

# How long the longest extent of the cloth usually is, by kind of photo, meters.
_EXTENT_M = {"worn": 1.5, "mannequin": 1.5, "close_up": 0.5, "pleated_fan": 1.0, "hung": 1.15}
_FOLDED_EXTENT_M = 0.9


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
    """

    body: Rgb8
    border: Rgb8 | None
    pixels_per_meter: float
    uniformity: float
    pallu: Rgb8 | None = None


def read_swatches(cutout: Rgba8, kind: str, finest_ppm: float) -> Swatches | None:
    """
    Find the largest undistorted pieces of body and of border.

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
    small, scale = shrink(cutout, 600)
    cloth = _largest_piece(small[..., 3] > 200)
    square = _best_square(small, cloth)
    if square is None:
        return None
    (row, column, size), uniformity = square
    photo_ppm = _photo_ppm(cloth, kind) / scale
    ppm = min(finest_ppm, float(np.ceil(photo_ppm / 10) * 10))
    body = _resampled(cutout, np.array([row, column, size]) / scale, ppm / photo_ppm)
    border = border_band(cutout, photo_ppm, ppm)
    return Swatches(body, border, ppm, uniformity)


def _largest_piece(cloth: Mask) -> Mask:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(cloth.astype(np.uint8))
    if count < 2:
        return cloth
    piece: Mask = labels == 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    return piece


def _photo_ppm(cloth: Mask, kind: str) -> float:
    rows, columns = np.nonzero(cloth)
    _, sizes, _ = cv2.minAreaRect(np.stack([columns, rows], axis=1).astype(np.float32))
    return float(max(sizes)) / _EXTENT_M.get(kind, _FOLDED_EXTENT_M)


def _best_square(small: Rgba8, cloth: Mask) -> tuple[tuple[int, int, int], float] | None:
    """The square (row, column, size) of cloth that is large, alike all over, and common."""
    lab = to_lab(np.ascontiguousarray(small[..., :3])).astype(np.float64)
    framed = cv2.copyMakeBorder(cloth.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    room = cv2.distanceTransform(framed, cv2.DIST_C, 3)[1:-1, 1:-1]
    tables = cv2.integral(lab), cv2.integral(lab**2)
    common = _Shares.of(lab[cloth])
    best: tuple[float, tuple[int, int, int], float] | None = None
    for size in (200, 160, 128, 100, 80, 64, 48, 36):
        rows, columns = (4 * found for found in np.nonzero(room[::4, ::4] >= size / 2 + 1))
        if not len(rows):
            continue
        corners = np.stack([rows, columns], axis=1) - size // 2
        unlike, color = _unlikeness(tables, corners, size)
        # Most of what one sees of a saree is its body.
        score = size**0.7 * np.exp(-unlike / 10) * (0.4 + common.at(color))
        first = int(np.argmax(score))
        if best is None or score[first] > best[0]:
            row, column = (int(v) for v in corners[first])
            best = float(score[first]), (row, column, size), float(np.exp(-unlike[first] / 10))
    return None if best is None else (best[1], best[2])


@dataclass(frozen=True, slots=True, eq=False)
class _Shares:
    """How much of the cloth has nearly a given color, from a coarse table over L*a*b*."""

    table: NDArray[np.float64]

    @classmethod
    def of(cls, pixels: NDArray[np.float64]) -> "_Shares":
        table = np.zeros((12, 34, 34))
        np.add.at(table, cls._cells(pixels), 1 / max(1, len(pixels)))
        near = np.lib.stride_tricks.sliding_window_view(np.pad(table, 1), (3, 3, 3))
        return cls(near.sum(axis=(3, 4, 5)))

    def at(self, colors: NDArray[np.float64]) -> NDArray[np.float64]:
        """The share of the cloth near each color, 0..1."""
        shares: NDArray[np.float64] = self.table[self._cells(colors)]
        return shares

    @staticmethod
    def _cells(colors: NDArray[np.float64]) -> tuple[NDArray[np.int64], ...]:
        cells = np.round(colors / np.array([16.0, 8.0, 8.0])).astype(np.int64)
        cells += np.array([2, 17, 17])
        return tuple(np.clip(cells, 0, [11, 33, 33]).T)


def _unlikeness(
    tables: tuple[NDArray[np.float64], NDArray[np.float64]],
    corners: NDArray[np.int64],
    size: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How much each square's 3 x 3 cells differ in mean and spread, and each one's mean color."""
    steps = np.linspace(0, size, 4).astype(np.int64)
    rows = corners[:, 0, None, None] + steps[None, :, None]
    columns = corners[:, 1, None, None] + steps[None, None, :]
    area = (size / 3) ** 2
    mean, square = (
        np.diff(np.diff(table[rows, columns], axis=1), axis=2) / area for table in tables
    )
    spread = np.sqrt(np.maximum(square - mean**2, 0))
    unlike = mean.std(axis=(1, 2)).sum(axis=1) + spread.std(axis=(1, 2)).sum(axis=1)
    return unlike, mean.mean(axis=(1, 2))


def _resampled(cutout: Rgba8, square: NDArray[np.float64], factor: float) -> Rgb8:
    row, column, size = (round(float(v)) for v in square)
    piece = cutout[row : row + size, column : column + size, :3]
    edge = max(16, round(size * factor))
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    swatch: Rgb8 = cv2.resize(np.ascontiguousarray(piece), (edge, edge), interpolation=way)
    return swatch


def border_band(cutout: Rgba8, photo_ppm: float, ppm: float) -> Rgb8 | None:
    """The clearest band along a straight side of the cloth, its outer edge below."""
    small, scale = shrink(cutout)
    cloth: Mask = small[..., 3] > 127
    longer = max(cloth.shape)
    best: tuple[float, Rgb8] | None = None
    for side in sides(trace(cloth), longer)[:6]:
        if side.reach < 0.12 * longer:
            continue
        band = _band(cutout, side, cloth, scale, (photo_ppm, ppm))
        if band is None:
            continue
        color, shown = np.ascontiguousarray(band[..., :3]), band[..., 3] > 200
        found = find_border(to_lab(color), shown, ppm, color.shape[1] / ppm, top=False)
        if found is None or not 0.015 < found.width_m < 0.2 * color.shape[0] / ppm / 0.4:
            continue
        score = found.confidence * side.reach / longer
        if best is None or score > best[0]:
            best = score, color[-max(4, round(found.width_m * ppm)) :]
    return None if best is None or best[0] < 0.05 else best[1]


def _band(
    cutout: Rgba8, side: Side, cloth: Mask, scale: float, densities: tuple[float, float]
) -> Rgba8 | None:
    """A rectangle of cloth along a side, turned so that the side lies below."""
    normal = np.array(side.normal)
    along = np.array([-normal[1], normal[0]])
    rows, columns = np.nonzero(cloth)
    points = np.stack([columns, rows], axis=1).astype(np.float64)
    depth = points @ normal + side.offset
    near = points[np.abs(depth - 0.01 * max(cloth.shape)) < 2] @ along
    if len(near) < 20:
        return None
    start, stop = np.quantile(near, [0.08, 0.92])
    photo_ppm, ppm = densities
    length, height = (stop - start) / scale / photo_ppm, 0.4
    size = (round(length * ppm), round(height * ppm))
    if size[0] < 24:
        return None
    foot = -side.offset * normal
    first, last = foot + start * along, foot + stop * along
    # Outward is down: the cloth keeps its hand only if `along` then runs to the left.
    corners = np.array([last, first, last + normal * height * photo_ppm * scale])
    corners = (corners + 0.5) / scale - 0.5
    target = np.array([[0, size[1]], [size[0], size[1]], [0, 0]], np.float32)
    turn = cv2.getAffineTransform(corners.astype(np.float32), target)
    band: Rgba8 = cv2.warpAffine(cutout, turn, size, flags=cv2.INTER_AREA)
    return band


def evened(swatch: Rgb8) -> Rgb8:
    """A swatch without its slow change of lightness: sRGB, same shape."""
    small = cv2.resize(swatch, (8, 8), interpolation=cv2.INTER_AREA).astype(np.float32)
    drift = small.mean(axis=2) + 1
    drift = cv2.GaussianBlur(drift, (0, 0), 2.0)
    gain = cv2.resize(drift.mean() / drift, swatch.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    even: Rgb8 = np.clip(np.round(swatch * gain[..., None]), 0, 255).astype(np.uint8)
    return even
