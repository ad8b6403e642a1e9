"""Two borders of one weave laid equally wide: wrinkles and perspective made them differ."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.extracting.border import Border
from chalicelib.imaging.flattening.shading import Layout
from chalicelib.imaging.flattening.weave import drift_grid
from chalicelib.imaging.image import Lab, Mask

_SURE: Final = 0.5
_NEARLY: Final = 0.25
"""Share by which the widths of one weave may differ in a photo."""

_ALIKE: Final = 0.4
"""How far two bands may be apart in color, line by line, as a share of how far they are from the
body, and still be one weave."""

_WEIGHT: Final = np.array([0.5, 1.0, 1.0], np.float32)
_LINES: Final = 24


def common_width(
    strip: Lab,
    seen: Mask,
    pixels_per_meter: float,
    borders: tuple[Border, Border],
    body_end_m: float,
) -> float | None:
    """
    Find the width that two borders share, where they are one weave on both selvedges.

    Each of the two is measured about a centimeter off where cloth is wrinkled or the camera
    oblique; their mean is nearer to the truth than either.

    Parameters
    ----------
    strip : ndarray of float32, shape (H, W, 3)
        CIE L*a*b*, inner end left.
    seen : ndarray of bool, shape (H, W)
    pixels_per_meter : float
    borders : (Border, Border)
        At row 0, and at the last row.
    body_end_m : float
        Where the pallu starts, meters from the left.

    Returns
    -------
    float or None
        Meters; None where the borders are not one weave, or one of them is not clear.
    """
    widths = [border.width_m for border in borders]
    if min(border.confidence for border in borders) < _SURE:
        return None
    if abs(widths[0] - widths[1]) > _NEARLY * max(widths):
        return None
    end = max(1, round(body_end_m * pixels_per_meter))
    one, other = (
        _profile(strip[side, :end], seen[side, :end], round(width * pixels_per_meter))
        for side, width in zip((slice(None), slice(None, None, -1)), widths, strict=True)
    )
    middle = slice(len(strip) // 3, 2 * len(strip) // 3)
    body = np.median(strip[middle, :end][seen[middle, :end]], axis=0)
    from_body = _apart(one, body) + _apart(other, body)
    return float(np.mean(widths)) if _apart(one, other) < _ALIKE * from_body / 2 else None


def _apart(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    return float(np.linalg.norm((one - other) * _WEIGHT, axis=1).mean())


def _profile(strip: Lab, seen: Mask, rows: int) -> NDArray[np.float32]:
    """Mean color of a band line by line from the selvedge inwards, shape (_LINES, 3)."""
    weight = seen[:rows, :, np.newaxis].astype(np.float32)
    mean = (strip[:rows] * weight).sum(axis=1) / np.maximum(weight.sum(axis=1), 1)
    profile: NDArray[np.float32] = cv2.resize(mean, (3, _LINES), interpolation=cv2.INTER_AREA)
    return profile


def evening(layout: Layout, common_m: float, length_m: float) -> NDArray[np.float32]:
    """
    Say how far cloth lies from where it belongs once both borders have their common width.

    Parameters
    ----------
    layout : Layout
        As measured.
    common_m, length_m : float
        The common width, and the strip's length, meters.

    Returns
    -------
    ndarray of float32, shape (h, w, 2)
        Meters in s and t to take from the strip's coordinates, on a grid over the strip.
    """
    width_m = layout.width_m
    down, along = drift_grid((width_m, length_m))
    t = width_m - down
    wanted = (0.0, common_m, width_m - common_m, width_m)
    found = (0.0, layout.border_bottom_m, width_m - layout.border_top_m, width_m)
    ahead = np.zeros((len(down), len(along), 2), np.float32)
    ahead[..., 1] = (t - np.interp(t, wanted, found))[:, np.newaxis]
    return ahead
