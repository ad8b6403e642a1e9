"""Whether an outline is that of something sewn."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.image import Mask
from chalicelib.imaging.isolating.silhouette import cut_by_frame, largest_outline

_NOTCH: Final = 0.1
"""How deep a notch is for sure, in sides of a square of the cloth's area."""

_MIRROR_SIDE: Final = 128
_MIRRORS: Final = range(0, 180, 6)
"""Degrees of the lines that an outline is mirrored at."""


def sewn(cloth: Mask) -> float:
    """
    How far an outline is notched, alike on either side of some line, and not cut by the frame.

    A shirt has sleeves and trousers have legs, left as right.
    A length of cloth is bounded by straight lines, or lies as it happens to fall.

    Parameters
    ----------
    cloth : ndarray of bool, shape (h, w)
        Not empty.

    Returns
    -------
    float
        0..1, of the largest part.
    """
    notch = min(1.0, _notch(largest_outline(cloth)) / _NOTCH)
    return (1 - max(cut_by_frame(cloth))) * notch * _likeness_mirrored(cloth)


def _notch(outline: NDArray[np.int32]) -> float:
    """How deep the hull is indented, in sides of a square of the same area."""
    hull = cv2.convexHull(outline)[:, 0]
    filled = np.zeros(np.ptp(outline[:, 0, ::-1], axis=0) + 3, np.uint8)
    corner = outline[:, 0].min(axis=0) - 1
    cv2.fillPoly(filled, [hull - corner], 1)
    inwards = cv2.distanceTransform(filled, cv2.DIST_L2, 5)
    column, row = (outline[:, 0] - corner).T
    side = np.sqrt(max(float(cv2.contourArea(outline)), 1.0))
    return float(inwards[row, column].max() / side)


def _likeness_mirrored(cloth: Mask) -> float:
    """Overlap with its own mirror image, at the best line through its middle."""
    scale = _MIRROR_SIDE / max(cloth.shape)
    small = cv2.resize(cloth.astype(np.uint8), None, fx=scale, fy=scale)
    mask = cv2.copyMakeBorder(small, *(_MIRROR_SIDE // 2,) * 4, cv2.BORDER_CONSTANT, value=0)
    moments = cv2.moments(mask, binaryImage=True)
    middle = np.array([moments["m10"], moments["m01"]]) / max(moments["m00"], 1.0)
    best = 0.0
    for degrees in _MIRRORS:
        cosine, sine = np.cos(np.radians(2 * degrees)), np.sin(np.radians(2 * degrees))
        turn = np.array([[cosine, sine], [sine, -cosine]])
        mirror = np.column_stack([turn, middle - turn @ middle])
        mirrored = cv2.warpAffine(mask, mirror, mask.shape[::-1], flags=cv2.INTER_NEAREST)
        best = max(best, float((mask & mirrored).sum()) / max(int((mask | mirrored).sum()), 1))
    return best
