"""A border's teeth: what stands on its edge and reaches into the body."""

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.color import to_lab
from chalicelib.imaging.extracting.odds import log_odds, nearest_colors
from chalicelib.imaging.image import Mask, Matte, Rgb8

_PPM = 400.0
LONGEST_M = 0.025
"""How far teeth reach into the body at most, meters."""

_SHORTEST_M, _TIP_M = 0.003, 0.004
_BESIDE = 3.0
_LIKELIER = 0.5
_SOME = 0.03
_STANDING, _STEADY = 0.75, 0.08
_ROUND_M, _SOFT_M = 0.001, 0.0008


def teeth_m(edge: Rgb8, shown: Mask, border_m: float, pixels_per_meter: float) -> float:
    """
    Measure how far a border's teeth reach into the body beyond its width.

    Parameters
    ----------
    edge : ndarray of uint8, shape (H, W, 3)
        sRGB, the border and the body beside it, the selvedge at row 0, no pallu.
    shown : ndarray of bool, shape (H, W)
    border_m : float
        The border's width: where its teeth stand.
    pixels_per_meter : float

    Returns
    -------
    float
        Meters; 0 where nothing stands on the edge, or what does has no end.
    """
    size, ppm = _small(edge, pixels_per_meter)
    there = cv2.resize(shown.astype(np.uint8) * 255, size, interpolation=cv2.INTER_AREA) > 250
    longest = round(LONGEST_M * ppm)
    grown = _grown(cv2.resize(edge, size, interpolation=cv2.INTER_AREA), there, border_m, ppm)
    share = grown[:longest].sum(axis=1) / max(1, int(there.any(axis=0).sum()))
    if not len(share) or share[-1] > _SOME:
        return 0.0
    reach = int((share > _SOME).sum()) / ppm
    return reach + _TIP_M if reach > _SHORTEST_M else 0.0


def standing(edge: Rgb8, border_m: float, rows: int, pixels_per_meter: float) -> Matte:
    """
    Tell a border's teeth from the body that they stand before.

    Parameters
    ----------
    edge : ndarray of uint8, shape (H, W, 3)
        sRGB, as for `teeth_m`, all of it there.
    border_m : float
    rows : int
        How many rows the teeth reach beyond the border.
    pixels_per_meter : float

    Returns
    -------
    ndarray of float32, shape (rows, W)
        1 on a tooth, 0 between them.
    """
    size, ppm = _small(edge, pixels_per_meter)
    small = cv2.resize(edge, size, interpolation=cv2.INTER_AREA)
    grown = _grown(small, np.ones(small.shape[:2], np.bool_), border_m, ppm)
    tall = round(rows * ppm / pixels_per_meter) or 1
    # The outline of a tooth belongs to it: what lies behind is of the same color.
    around = max(1, round(_ROUND_M * ppm))
    wide = cv2.dilate(grown[:tall].astype(np.float32), np.ones((2 * around + 1,) * 2, np.uint8))
    full = cv2.resize(wide, (edge.shape[1], rows), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.GaussianBlur(full, (0, 0), _SOFT_M * pixels_per_meter), np.float32)


def toothed_rows(like: NDArray[np.float64], pixels_per_meter: float) -> int:
    """
    Count the rows of teeth at the end of a border: they grow steadily until they close up.

    Parameters
    ----------
    like : ndarray of float64, shape (H,)
        Row by row from the selvedge, the share of pixels that are of the border's colors.
    pixels_per_meter : float

    Returns
    -------
    int
        0 where what stands there is no row of teeth.
    """
    reach = min(len(like) // 2, round(LONGEST_M * pixels_per_meter))
    full = float(np.median(like[: len(like) - reach]))
    widest = 0.0
    for rows, share in enumerate(like[::-1][:reach]):
        if share >= _STANDING * full:
            return rows
        if share < widest - _STEADY:
            return 0
        widest = max(widest, float(share))
    return 0


def beside(border: int, pixels_per_meter: float) -> int:
    """How many rows from the selvedge on tell a border of so many rows from its body."""
    return border + round(_BESIDE * LONGEST_M * pixels_per_meter)


def _small(edge: Rgb8, ppm: float) -> tuple[tuple[int, int], float]:
    scale = min(1.0, _PPM / ppm)
    return (
        max(1, round(edge.shape[1] * scale)),
        max(1, round(edge.shape[0] * scale)),
    ), ppm * scale


def _grown(small: Rgb8, shown: Mask, border_m: float, ppm: float) -> Mask:
    """What beyond the border is of its colors, and joined to it without a gap: shape (h, w)."""
    lab, first = to_lab(small), round(border_m * ppm)
    rows = np.arange(len(small))[:, None]
    body = rows > first + round(LONGEST_M * ppm)
    if not (shown & body).any():
        return np.zeros((0, small.shape[1]), np.bool_)
    told = log_odds(nearest_colors(lab, shown), shown & (rows < first), shown & body)
    alike = ((told > _LIKELIER) & shown).astype(np.uint8)[first:]
    smooth = cv2.medianBlur(np.ascontiguousarray(alike), 3)
    return np.asarray(np.minimum.accumulate(smooth, axis=0) > 0)
