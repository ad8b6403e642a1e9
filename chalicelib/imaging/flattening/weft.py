"""The weft's exact direction, from how sharply its lines add up over the whole width."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.flattening.outline import Side
from chalicelib.imaging.flattening.rectification import (
    Camera,
    Plane,
    off_level,
    plane_of,
    steadiness,
    transform,
)
from chalicelib.imaging.image import Rgba8

_PPM = 250.0
_BANDS = 32
_STEP = 0.01
_FARTHEST = 0.2
_PASSES = 3
_LEANS = np.arange(-0.12, 0.1201, 0.003)
_ROLLS = np.arange(-0.09, 0.0901, 0.0015)
_SKEWS = np.arange(-0.012, 0.0121, 0.001)
_LIKELY = 0.06
_SECTION_M = 0.45
# What a section of sharp lines weighs against what is likely in itself.
_TELLING = 3.0
# What cloth is usually like: how askew it lies, and how far one section's lines stray from the
# next one's, in radians.
_ASKEW = 0.003
_STRAY = 0.005


def squared(small: Rgba8, selvedges: tuple[Side, Side], plane: Plane, width_m: float) -> Plane:
    """
    Turn the weft of a plane until lines across the cloth are sharpest, near and far alike.

    Single edges fix the weft to a degree or two; a stripe that adds up along the whole width
    fixes it to a twentieth of that. Near the feet, where the camera looks straight down, a
    lean says nothing of how the plane is tilted, and a tilt found from it would tear the far
    end apart; so tilt and skew are told apart by how the lean changes along the cloth.

    Parameters
    ----------
    small : ndarray of uint8, shape (H, W, 4)
        The picture in which the plane was found.
    selvedges : (Side, Side)
    plane : Plane
    width_m : float
        Meters.

    Returns
    -------
    Plane
        With another roll, and sheared where cloth lies askew.
    """
    height, width = small.shape[:2]
    camera = Camera(plane.focal, ((width - 1) / 2, (height - 1) / 2))
    turned, skew = plane, 0.0
    for _ in range(_PASSES):
        sharpness = _sharpness(small, _sheared(turned, skew), width_m)
        change, skew, doubt = _solved(sharpness, skew, turned, (selvedges, camera))
        roll = turned.roll + change
        matrix = plane_of(*selvedges, camera, width_m, roll=roll)
        if matrix is None or abs(roll - plane.roll) > _FARTHEST:
            return plane
        turned = replace(turned, homography=matrix, roll=roll, roll_doubt=doubt)
    return _sheared(turned, skew)


def _sheared(plane: Plane, skew: float) -> Plane:
    """The plane with lines that lean by `skew` set square."""
    shear = np.array([[1, -skew, 0], [0, 1, 0], [0, 0, 1]])
    return replace(plane, homography=shear @ plane.homography)


@dataclass(frozen=True, slots=True, eq=False)
class _Sharpness:
    """How sharply lines add up at each of `_LEANS`, 0..1: a row for each section, at some u."""

    places: NDArray[np.float64]
    profiles: NDArray[np.float64]

    def at(self, leans: NDArray[np.float64]) -> NDArray[np.float64]:
        """The sum over all sections, for leans of shape (sections, ...)."""
        each = [
            np.interp(lean, _LEANS, profile, left=0.0, right=0.0)
            for lean, profile in zip(leans, self.profiles, strict=True)
        ]
        return np.asarray(np.sum(each, axis=0), np.float64)


def _solved(
    found: _Sharpness, skew: float, plane: Plane, seen_by: tuple[tuple[Side, Side], Camera]
) -> tuple[float, float, float]:
    """
    The change of roll and the skew that explain the lines and are likely, and the roll's doubt.

    Faint lines count by what they have in common: one section's may lie anywhere.
    """
    selvedges, camera = seen_by
    matrix = plane_of(*selvedges, camera, 1.0, roll=plane.roll + _STEP)
    if matrix is None:
        return 0.0, 0.0, plane.roll_doubt
    growth = _leans_of(matrix, plane, found.places)[:, None, None] / _STEP
    level, tilt = off_level(plane.homography, camera)
    turned_level, _ = off_level(matrix, camera)
    rolls, skews = _ROLLS[:, None], _SKEWS[None]
    held = (level + rolls * (turned_level - level) / _STEP) / steadiness(tilt)
    unlikely = (held**2 + (skews / _ASKEW) ** 2) / 2
    likely = _TELLING * found.at(skews - skew - growth * rolls) - unlikely
    row, column = np.unravel_index(int(np.argmax(likely)), likely.shape)
    odds = np.exp(likely - likely[row, column]).sum(axis=1)
    doubt = np.sqrt(np.average((_ROLLS - _ROLLS[row]) ** 2, weights=odds))
    return float(_ROLLS[row]), float(_SKEWS[column]), float(doubt)


def _leans_of(
    matrix: NDArray[np.float64], plane: Plane, places: NDArray[np.float64]
) -> NDArray[np.float64]:
    """How lines that stand square in a plane lean under another homography, at some u."""
    ends = [
        transform(matrix, plane.to_photo(np.stack([places, np.full_like(places, t)], axis=1)))
        for t in (0.0, 1.0)
    ]
    leans: NDArray[np.float64] = (ends[1] - ends[0])[:, 0] / (ends[1] - ends[0])[:, 1]
    return leans


def _sharpness(small: Rgba8, plane: Plane, width_m: float) -> _Sharpness:
    """How sharply the lines across the cloth add up, section by section along its length."""
    bands, low = _gradient_bands(small, plane, width_m)
    across = (np.arange(_BANDS) + 0.5) / _BANDS - 0.5
    shifts = -across[None] * width_m * _LEANS[:, None] * _PPM
    sums = np.array([_shifted(bands, row).sum(axis=0) for row in shifts])
    section = max(8, round(_SECTION_M * _PPM))
    sharp = _sections(np.square(sums), section)
    alone = _sections(np.square(bands).sum(axis=0)[None], section)[0]
    places = np.asarray(low + (np.arange(sharp.shape[1]) + 0.5) * section / _PPM, np.float64)
    coherent = np.clip((sharp / np.maximum(alone, 1e-9) - 2.5) / 8, 0, 1)
    rated = np.clip(sharp / np.maximum(np.median(sharp, axis=0), 1e-9) - 1, 0, 1) * coherent
    stray = _STRAY / (_LEANS[1] - _LEANS[0])
    rated *= np.exp(-((_LEANS[:, None] / _LIKELY) ** 2) / 2)
    blurred = cv2.GaussianBlur(rated.T.copy(), (0, 0), stray, sigmaY=1e-3)
    return _Sharpness(places, np.asarray(blurred, np.float64))


def _shifted(bands: NDArray[np.float64], by: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each band moved to the left by its own number of columns, its ends going on."""
    whole = np.floor(by).astype(np.int64)
    reach = int(np.abs(whole).max()) + 1
    padded = np.pad(bands, ((0, 0), (reach, reach)), mode="edge")
    at = np.lib.stride_tricks.sliding_window_view(padded, bands.shape[1], axis=1)
    each, part = np.arange(len(bands)), (by - whole)[:, None]
    moved: NDArray[np.float64] = (1 - part) * at[each, reach + whole]
    moved += part * at[each, reach + whole + 1]
    return moved


def _sections(values: NDArray[np.float64], length: int) -> NDArray[np.float64]:
    """Sums over sections of a row, the last one what is left."""
    starts = np.arange(0, max(1, values.shape[1] - length // 2), length)
    sums: NDArray[np.float64] = np.add.reduceat(values, starts, axis=1)
    return sums


def _gradient_bands(
    small: Rgba8, plane: Plane, width_m: float
) -> tuple[NDArray[np.float64], float]:
    """Mean change along u in bands of t, highest first, (bands, columns), and the first u."""
    rows, columns = np.nonzero(small[::8, ::8, 3] > 127)
    fabric = plane.to_fabric(np.stack([columns, rows], axis=1).astype(np.float64) * 8)
    low, high = np.quantile(fabric[:, 0], [0.001, 0.999])
    length = min(float(high - low), 6.0)
    size = (max(16, round(length * _PPM)), round(width_m * _PPM))
    to_strip = np.array([[_PPM, 0, -low * _PPM], [0, -_PPM, width_m * _PPM], [0, 0, 1]])
    strip = cv2.warpPerspective(small, to_strip @ plane.homography, size)
    gray = cv2.cvtColor(strip[..., :3], cv2.COLOR_RGB2GRAY).astype(np.float32)
    slope = cv2.Sobel(cv2.GaussianBlur(gray, (0, 0), 1.0), cv2.CV_32F, 1, 0)
    inside = cv2.erode((strip[..., 3] > 200).astype(np.uint8), np.ones((9, 9), np.uint8))
    slope = np.clip(slope, -60, 60) * inside
    # Interpolation blurs where the shift is no whole pixel; blurred before, all shifts are alike.
    slope = cv2.GaussianBlur(slope, (0, 0), 1.5, sigmaY=0.1)
    edge = round(0.06 * width_m * _PPM)
    banded = cv2.resize(slope[edge:-edge], (size[0], _BANDS), interpolation=cv2.INTER_AREA)
    return np.asarray(banded, np.float64), float(low)
