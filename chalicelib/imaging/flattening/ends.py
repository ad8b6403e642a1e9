"""Where the visible cloth begins and ends along its length."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.flattening.outline import Outline
from chalicelib.imaging.flattening.rectification import Plane
from chalicelib.imaging.flattening.selvedge import absolute_line
from chalicelib.imaging.image import Mask


@dataclass(frozen=True, slots=True)
class End:
    """
    One end of the visible cloth.

    `u` is where it lies, meters along the plane; `lean` is how `u` grows with t (0 for an end
    that follows the weft); `seen` says whether the cloth ends there, or the photo does.
    """

    u: float
    lean: float
    seen: bool
    width_m: float

    def at(self, t: float) -> float:
        """Where the end lies at `t`, meters along the plane."""
        return self.u + self.lean * (t - self.width_m / 2)


def find_ends(cloth: Mask, outline: Outline, plane: Plane, width_m: float) -> tuple[End, End]:
    """
    Find where the visible cloth begins and ends along its length.

    Parameters
    ----------
    cloth : ndarray of bool, shape (H, W)
    outline : Outline
        Its own.
    plane : Plane
    width_m : float
        Meters.

    Returns
    -------
    (End, End)
        At the lowest and the highest u.
    """
    height, width = cloth.shape
    # The last of the cloth lies on its rim, which the frame is part of.
    rows, columns = np.nonzero(cloth & ~_inner(cloth))
    points = plane.to_fabric(np.stack([columns, rows], axis=1).astype(np.float64))
    inside = (points[:, 1] > 0.04 * width_m) & (points[:, 1] < 0.96 * width_m)
    points, rows, columns = points[inside], rows[inside], columns[inside]
    cut = (rows < 4) | (columns < 4) | (rows >= height - 4) | (columns >= width - 4)
    slot = (points[:, 1] / width_m * _SLOTS).astype(np.int64)
    rim = plane.to_fabric(outline.points)
    return (
        _end(points, slot, cut, rim, -1, width_m),
        _end(points, slot, cut, rim, 1, width_m),
    )


_SLOTS = 48
_RIM_M = 0.02


def _inner(cloth: Mask) -> Mask:
    """The cloth without its outermost pixels."""
    around = np.ones((3, 3), np.uint8)
    inner = cv2.erode(
        cloth.astype(np.uint8), around, borderType=cv2.BORDER_CONSTANT, borderValue=0
    )
    return np.asarray(inner > 0)


def _end(
    points: NDArray[np.float64],
    slot: NDArray[np.int64],
    cut: NDArray[np.bool_],
    rim: NDArray[np.float64],
    sign: int,
    width_m: float,
) -> End:
    order = np.lexsort((sign * points[:, 0], slot))
    last = np.flatnonzero(np.diff(slot[order], append=_SLOTS + 1))
    tips = order[last]
    free = tips[~cut[tips]]
    if len(free) < 0.45 * len(tips):
        return End(float(np.median(points[tips, 0])), 0.0, seen=False, width_m=width_m)
    rough = absolute_line(points[free, 1], points[free, 0])
    # The outline is finer than the pixels that were looked at.
    near = np.abs(rim[:, 0] - rough[0] * rim[:, 1] - rough[1]) < _RIM_M
    near &= (rim[:, 1] > 0.04 * width_m) & (rim[:, 1] < 0.96 * width_m)
    lean, start = absolute_line(rim[near, 1], rim[near, 0]) if near.sum() > 20 else rough
    return End(start + lean * width_m / 2, lean, seen=True, width_m=width_m)
