"""The calmest window of a body: large, and without gathers, props or rows of large motifs."""

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.color import to_lab
from chalicelib.imaging.image import Mask, Matte, Rgb8

_PPM = 100.0
_HEIGHTS = (1.0, 0.8, 0.65, 0.5, 0.4, 0.3)
_WIDTHS = (1.0, 0.85, 0.7, 0.6, 0.5, 0.4, 0.3, 0.22)
_TOLERANCE = 2.5
_TYPICAL = 5.0
_LONG_M = 0.07
_REPEAT_M = 0.08
_BARE = 12.0
_UNSEEN = 60.0
_LOST = 15.0


def calm_window(
    body: Rgb8,
    seen: Mask,
    pixels_per_meter: float,
    smallest_m: tuple[float, float],
    *,
    across: bool = True,
    lost: Matte | None = None,
) -> tuple[int, int, int, int]:
    """
    Choose the part of a body to continue from.

    How far pixels stray from the body's middle color, in anything longer than a motif, is
    unrest, and so is a lack of motifs. A window gains by its area and loses by its unrest.

    Parameters
    ----------
    body : ndarray of uint8, shape (H, W, 3)
        sRGB, light divided out.
    seen : ndarray of bool, shape (H, W)
    pixels_per_meter : float
    smallest_m : (float, float)
        At least this high and wide, meters: what a whole repeat needs.
    across : bool
        Whether the window may be less than the body's full height.
    lost : ndarray of float32, shape (H, W), optional
        Where folds were filled and motifs may be missing, 0..1.

    Returns
    -------
    (int, int, int, int)
        First row, end row, first column, end column, pixels of `body`.
    """
    unrest, scale = _unrest(body, seen, pixels_per_meter)
    height, width = unrest.shape
    if lost is not None:
        unrest = unrest + _LOST * cv2.resize(lost, (width, height), interpolation=cv2.INTER_AREA)
    total = cv2.integral(unrest)
    best: tuple[float, tuple[int, int, int, int]] | None = None
    for share_h in _HEIGHTS if across else (1.0,):
        rows = max(2, round(share_h * height))
        for share_w in _WIDTHS:
            columns = max(2, round(share_w * width))
            if share_h < 1 and rows < smallest_m[0] * _PPM:
                continue
            if share_w < 1 and columns < smallest_m[1] * _PPM:
                continue
            score, row, column = _placed(total, rows, columns)
            if best is None or score > best[0]:
                best = score, (row, row + rows, column, column + columns)
    assert best is not None
    full = body.shape[:2]
    first, last, left, right = best[1]
    return (
        round(first / scale) if first else 0,
        round(last / scale) if last < height else full[0],
        round(left / scale) if left else 0,
        round(right / scale) if right < width else full[1],
    )


def _unrest(body: Rgb8, seen: Mask, pixels_per_meter: float) -> tuple[NDArray[np.float32], float]:
    height, width = seen.shape
    scale = min(1.0, _PPM / pixels_per_meter)
    size = (max(4, round(width * scale)), max(4, round(height * scale)))
    small = cv2.resize(body, size, interpolation=cv2.INTER_AREA)
    shown = cv2.resize(seen.astype(np.uint8) * 255, size, interpolation=cv2.INTER_AREA) > 250
    lab = to_lab(small)
    middle = np.median(lab[shown], axis=0) if shown.any() else lab.mean(axis=(0, 1))
    strays = np.linalg.norm(lab - middle.astype(np.float32), axis=2)
    compact = strays - _elongated(strays)
    # A deep fold is worse than many shallow ones of the same sum.
    unrest = np.minimum(strays - compact, _UNSEEN) ** 2 / _TYPICAL + _bareness(compact)
    return np.where(shown, unrest, _UNSEEN).astype(np.float32), size[0] / width


def _elongated(strays: NDArray[np.float32]) -> NDArray[np.float32]:
    """What of a map is at least as long as a line, in any of four directions."""
    size = round(_LONG_M * _PPM)
    line = np.eye(size, dtype=np.uint8)
    middle = np.zeros((size, size), np.uint8)
    middle[size // 2] = 1
    lines = (middle, middle.T.copy(), line, line[::-1].copy())
    opened = [cv2.morphologyEx(strays, cv2.MORPH_OPEN, kernel) for kernel in lines]
    return np.asarray(np.max(opened, axis=0), np.float32)


def _bareness(compact: NDArray[np.float32]) -> NDArray[np.float32]:
    """How much fewer motifs there are than usual, on the scale of unrest."""
    density = cv2.GaussianBlur(compact, (0, 0), _REPEAT_M * _PPM)
    usual = float(np.median(density))
    return np.asarray(_BARE * np.clip(1 - density / max(usual, 1e-3), 0, 1), np.float32)


def _placed(total: NDArray[np.float64], rows: int, columns: int) -> tuple[float, int, int]:
    """The calmest place for a window, and its score."""
    sums = total[rows:, columns:] - total[:-rows, columns:]
    sums = sums - (total[rows:, :-columns] - total[:-rows, :-columns])
    mean = sums / (rows * columns)
    row, column = np.unravel_index(int(np.argmin(mean)), mean.shape)
    score = 0.9 * np.log(rows * columns) - float(mean[row, column]) / _TOLERANCE
    return score, int(row), int(column)
