"""Woven repeats: how far until the cloth looks the same again, and cloth continued by that."""

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.image import Mask, Rgb8
from chalicelib.imaging.lattice import standing_out

_PPM = 150.0


def best_shift(
    band: Rgb8, pixels_per_meter: float, shortest_m: float, longest_m: float
) -> tuple[int, float]:
    """
    Find by how much a band of cloth, moved along itself, looks most like itself.

    Parameters
    ----------
    band : ndarray of uint8, shape (H, W, 3)
        sRGB, fully seen.
    pixels_per_meter : float
    shortest_m, longest_m : float
        The shifts to try, meters.

    Returns
    -------
    (int, float)
        The shift in pixels of `band`, and the correlation at it, -1..1.
    """
    height, width = band.shape[:2]
    scale = min(1.0, _PPM / pixels_per_meter)
    size = (max(4, round(width * scale)), max(1, round(height * scale)))
    pattern = standing_out(
        cv2.resize(band, size, interpolation=cv2.INTER_AREA), pixels_per_meter * scale
    )
    low = int(np.clip(round(shortest_m * pixels_per_meter * scale), 1, size[0] - 2))
    high = int(np.clip(round(longest_m * pixels_per_meter * scale), low + 1, size[0] - 1))
    best, likeness = low, -2.0
    for shift in range(low, high + 1):
        found = _likeness(pattern[:, :-shift], pattern[:, shift:])
        # Of equals the longer shift repeats itself less often to the eye.
        found += 0.03 * (shift - low) / max(1, high - low)
        if found > likeness:
            best, likeness = shift, found
    return _refined(band, round(best / scale), round(1.5 / scale)), likeness


def _likeness(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    product = float((one * other).sum())
    size = float(np.sqrt((one**2).sum() * (other**2).sum()))
    return product / size if size > 0 else 0.0


def _refined(band: Rgb8, shift: int, reach: int) -> int:
    width = band.shape[1]
    rows = band[:: max(1, band.shape[0] // 256)].astype(np.float32)
    low, high = max(1, shift - reach), min(width - 8, shift + reach)
    errors = [
        float(np.abs(rows[:, : width - s] - rows[:, s:]).mean()) for s in range(low, high + 1)
    ]
    return low + int(np.argmin(errors)) if errors else shift


def periodic_tile(band: Rgb8, shift: int, overlap: int) -> Rgb8:
    """
    Make a tile of `shift` columns that follows itself without a seam.

    The band's first `overlap` columns and those one shift later show the same part of the
    repeat; between them runs the cut along which they differ least.

    Parameters
    ----------
    band : ndarray of uint8, shape (H, W, 3)
        sRGB, with W >= shift + overlap.
    shift, overlap : int
        Pixels.

    Returns
    -------
    ndarray of uint8, shape (H, shift, 3)

    References
    ----------
    Efros and Freeman, "Image Quilting for Texture Synthesis and Transfer", SIGGRAPH 2001.
    """
    tile = band[:, :shift].copy()
    if overlap < 4:
        return tile
    tile[:, :overlap] = joined(band[:, shift : shift + overlap], band[:, :overlap])
    return tile


def joined(left: Rgb8, right: Rgb8) -> Rgb8:
    """
    Pass from one picture to the other, left to right, where they differ least.

    Parameters
    ----------
    left, right : ndarray of uint8, shape (H, W, 3)
        The same place twice.

    Returns
    -------
    ndarray of uint8, shape (H, W, 3)
        `left` in its first column, `right` in its last.
    """
    width = left.shape[1]
    difference = left.astype(np.float32) - right.astype(np.float32)
    seam = cheapest_cut(cv2.GaussianBlur((difference**2).sum(axis=2), (0, 0), 1.5))
    ramp = (np.arange(width)[None] - seam[:, None]) / max(2.0, width / 8)
    edges = np.minimum(np.arange(width), width - 1 - np.arange(width)) / max(1.0, width / 6)
    share = np.clip(ramp + 0.5, 0, 1)
    steady = np.where(np.arange(width) < width / 2, 0.0, 1.0)
    soft = np.clip(edges, 0, 1)[None]
    mix = (soft * share + (1 - soft) * steady).astype(np.float32)[..., None]
    blended: Rgb8 = np.round(left * (1 - mix) + right * mix).astype(np.uint8)
    return blended


def cheapest_cut(cost: NDArray[np.float32]) -> NDArray[np.int64]:
    """The column, for each row, of the connected top-to-bottom path of least total cost."""
    rows, columns = cost.shape
    total = cost.astype(np.float64).copy()
    for row in range(1, rows):
        above = np.pad(total[row - 1], 1, constant_values=np.inf)
        total[row] += np.minimum(np.minimum(above[:-2], above[1:-1]), above[2:])
    path = np.empty(rows, np.int64)
    path[-1] = int(np.argmin(total[-1]))
    for row in range(rows - 2, -1, -1):
        left = max(0, path[row + 1] - 1)
        path[row] = left + int(np.argmin(total[row, left : min(columns, path[row + 1] + 2)]))
    return path


def fill_down_columns(strip: Rgb8, seen: Mask) -> Rgb8:
    """
    Give every unseen pixel the color of the nearest seen one in its column.

    Parameters
    ----------
    strip : ndarray of uint8, shape (H, W, 3)
    seen : ndarray of bool, shape (H, W)

    Returns
    -------
    ndarray of uint8, shape (H, W, 3)
    """
    rows = np.arange(strip.shape[0])[:, None]
    above = np.maximum.accumulate(np.where(seen, rows, -1), axis=0)
    below = np.minimum.accumulate(np.where(seen, rows, 10**6)[::-1], axis=0)[::-1]
    nearer_above = (above >= 0) & ((rows - above <= below - rows) | (below >= 10**6))
    source = np.where(nearer_above, above, np.minimum(below, strip.shape[0] - 1))
    return np.take_along_axis(strip, np.maximum(source, 0)[..., None], axis=0)
