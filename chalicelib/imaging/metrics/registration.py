"""Whether a whole picture lies a fraction of a pixel off its place, and how to allow for it."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.image import Rgb8

LARGEST: Final = 1.0
"""Pixels; what lies farther off is damage."""

_LEAST: Final = 0.1
_EXPLAINED: Final = 0.25
"""Share of the difference; shifts explain 0.4 to 0.6 of it, damage to the cloth under 0.12."""
_SAMPLES: Final = 60_000


def in_step_with(render: Rgb8, reference: Rgb8, index: NDArray[np.int32 | np.intp]) -> Rgb8:
    """
    Give the reference as it would look if it lay as far off its place as the render does.

    A resized or re-encoded picture may lie a fraction of a pixel off, all of it. Moving the
    reference instead of the render costs both the same sharpness. A picture that is not
    clearly off is given back as it is.

    Parameters
    ----------
    render, reference : ndarray of uint8, shape (H, W, 3)
        sRGB.
    index : ndarray of int32 or int64, shape (N,)
        Flat index of the pixels that show cloth.

    Returns
    -------
    ndarray of uint8, shape (H, W, 3)
        The reference, moved by at most `LARGEST` pixels.

    References
    ----------
    Lucas, Kanade, "An Iterative Image Registration Technique with an Application to Stereo
    Vision", IJCAI 1981, equation 9, one step for the whole picture.
    """
    row, column, explained = _offset(render, reference, index)
    if explained < _EXPLAINED:
        return reference
    # The render is softer than the reference, so the first step falls short.
    first = _moved(reference, row, column)
    more_row, more_column, _ = _offset(render, first, index)
    row, column = row + more_row, column + more_column
    if not _LEAST < float(np.hypot(row, column)) <= LARGEST:
        return reference
    return _moved(reference, row, column)


def _moved(picture: Rgb8, row: float, column: float) -> Rgb8:
    matrix = np.array([[1, 0, column], [0, 1, row]])
    size = (picture.shape[1], picture.shape[0])
    moved: Rgb8 = cv2.warpAffine(
        picture, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return moved


def _offset(
    render: Rgb8, reference: Rgb8, index: NDArray[np.int32 | np.intp]
) -> tuple[float, float, float]:
    """Rows and columns by which the render is off; share of the difference that this explains."""
    width = reference.shape[1]
    some = index[:: max(len(index) // _SAMPLES, 1)]
    some = some[(some >= width) & (some < reference.shape[0] * width - width)]
    if not len(some):
        return 0.0, 0.0, 0.0
    before = reference[..., 1].reshape(-1)
    difference = render[..., 1].reshape(-1)[some] - before[some].astype(np.float64)
    down = (before[some + width].astype(np.float64) - before[some - width]) / 2
    right = (before[some + 1].astype(np.float64) - before[some - 1]) / 2
    whole = float(np.sum(difference**2))
    if whole == 0:
        return 0.0, 0.0, 0.0
    normal = np.array(
        [[np.sum(down * down), np.sum(down * right)], [np.sum(down * right), np.sum(right**2)]]
    )
    if abs(np.linalg.det(normal)) < 1e-6:
        return 0.0, 0.0, 0.0
    sides = -np.array([np.sum(down * difference), np.sum(right * difference)])
    row, column = np.linalg.solve(normal, sides)
    left = np.sum((difference + row * down + column * right) ** 2)
    return float(row), float(column), 1 - float(left) / whole
