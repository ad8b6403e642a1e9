"""How the floor lies to the camera, from the straight lines of its tiles, slabs or boards."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.flattening.rectification import Camera

_LEAST_LINES: Final = 12
_LEAST_AGREEING: Final = 0.6
_UNSURE: Final = 0.01
"""By how much the cloth's own lines leave its plane open, radians."""

_FARTHEST: Final = 0.035
_TURNS: Final = np.radians(np.arange(-45.0, 45.0, 1.0))
_WIDTHS: Final = (0.012, 0.006, 0.003, 0.0015, 0.001)
"""How far lines may be off, from a first look to the last, radians."""

_SHARP: Final = 0.003
_TELLS: Final = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Floor:
    """
    The plane of a floor.

    Attributes
    ----------
    axes : ndarray of float64, shape (3, 3)
        As rows, unit vectors in the camera's axes: the two directions in which the floor's lines
        run, and its normal, away from the camera.
    roll_known, tilt_known : bool
        Whether the floor's lines say how it is turned about the length of the cloth on it, and
        about its width.
    """

    axes: NDArray[np.float64]
    roll_known: bool
    tilt_known: bool

    @property
    def normal(self) -> NDArray[np.float64]:
        """Its normal, away from the camera."""
        normal: NDArray[np.float64] = self.axes[2]
        return normal


def floor_under(
    lines: NDArray[np.float64],
    camera: Camera,
    normal: NDArray[np.float64],
    along: NDArray[np.float64],
) -> Floor | None:
    """
    Correct a cloth's plane by the lines of the floor that it lies on.

    Cloth strays from straight lines by millimeters, joints of tiles and boards do not. They run
    in one or two directions, square to each other, so the plane is turned until most lines do.
    Where they run in one direction only, the cloth says what they leave open.

    Parameters
    ----------
    lines : ndarray of float64, shape (N, 4)
        Ends x, y, x, y in pixels of the camera's image.
    camera : Camera
    normal, along : ndarray of float64, shape (3,)
        Unit vectors in the camera's axes: away from it, and along the length of the cloth, as
        the cloth itself has them.

    Returns
    -------
    Floor or None
        None where the lines are too few or do not agree, and where they contradict the cloth.

    References
    ----------
    Coughlan and Yuille, "Manhattan World: Compass Direction from a Single Image by Bayesian
    Inference", ICCV 1999.
    """
    if len(lines) < _LEAST_LINES:
        return None
    planes, weights = through_camera(lines, camera)

    def agreeing(axes: NDArray[np.float64], width: float) -> float:
        off = planes @ axes[:2].T
        return float(weights @ np.exp(-np.square(off / width) / 2).sum(axis=1))

    def likely(axes: NDArray[np.float64], change: NDArray[np.float64], width: float) -> float:
        doubted = float(np.square(change[:2] / _UNSURE).sum() / 2)
        return len(lines) * agreeing(_turned(axes, change), width) - doubted

    cloth = np.stack([along, np.cross(normal, along), normal])
    turns = [_turned(cloth, np.array([0.0, 0.0, turn])) for turn in _TURNS]
    start = max(turns, key=lambda axes: agreeing(axes, _WIDTHS[0]))
    change = _climbed(lambda change, width: likely(start, change, width))
    found = _turned(start, change)
    best = agreeing(found, _SHARP)
    if np.hypot(*change[:2]) > _FARTHEST or best < _LEAST_AGREEING:
        return None
    known = [
        best - agreeing(found @ _about(axis, _UNSURE), _SHARP) > _TELLS * best
        for axis in cloth[:2]
    ]
    return Floor(found, *known)


def through_camera(
    lines: NDArray[np.float64], camera: Camera
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Unit normals (N, 3) of the planes through the camera and each line; each line's share."""
    ends = np.concatenate([lines.reshape(-1, 2), np.ones((2 * len(lines), 1))], axis=1)
    rays = (ends @ camera.to_rays.T).reshape(-1, 2, 3)
    planes = np.cross(rays[:, 0], rays[:, 1])
    planes /= np.linalg.norm(planes, axis=1, keepdims=True)
    lengths = np.linalg.norm(lines[:, 2:] - lines[:, :2], axis=1)
    return planes, lengths / lengths.sum()


def _about(axis: NDArray[np.float64], angle: float) -> NDArray[np.float64]:
    """The matrix that turns row vectors about an axis."""
    turn: NDArray[np.float64] = cv2.Rodrigues(axis * angle)[0]
    return turn


def _climbed(
    likely: Callable[[NDArray[np.float64], float], float],
) -> NDArray[np.float64]:
    """The turns about three axes at which something is likeliest, ever more finely."""
    change = np.zeros(3)
    for width in _WIDTHS:
        step = 0.6 * width
        for _ in range(6):
            before = change.copy()
            for axis in np.eye(3):
                tried = [change + by * step * axis for by in (0, -1, 1, -2, 2)]
                change = max(tried, key=lambda each: likely(each, width))
            if np.array_equal(before, change):
                break
    return change


def _turned(axes: NDArray[np.float64], by: NDArray[np.float64]) -> NDArray[np.float64]:
    """Three axes, as rows, turned by small angles about themselves, radians."""
    turned = axes
    for first, second, angle in ((1, 2, by[0]), (2, 0, by[1]), (0, 1, by[2])):
        cos, sin = np.cos(angle), np.sin(angle)
        one, other = turned[first], turned[second]
        turned = turned.copy()
        turned[first], turned[second] = cos * one + sin * other, cos * other - sin * one
    return turned
