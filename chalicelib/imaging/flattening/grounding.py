"""A cloth's plane laid down on the floor, where lines of the floor show how that lies."""

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.flattening.floor import Floor, floor_under
from chalicelib.imaging.flattening.outline import Outline
from chalicelib.imaging.flattening.rectification import Camera, Plane, transform
from chalicelib.imaging.flattening.selvedge import absolute_line, followed
from chalicelib.imaging.flattening.tiles import focal_of_squares

_NOT_PARALLEL: Final = 0.03
_SURE: Final = 0.001
"""What the roll may still be off by where the floor tells it, radians."""


def grounded(
    plane: Plane, outline: Outline, lines: NDArray[np.float64], camera: Camera, width_m: float
) -> Plane:
    """
    Lay a plane down on the floor, so that the selvedges need not tell how it is tilted.

    Parameters
    ----------
    plane : Plane
        As the cloth alone has it.
    outline : Outline
    lines : ndarray of float64, shape (N, 4)
        Straight lines of the floor, x, y, x, y in pixels of the picture that the plane is of.
    camera : Camera
    width_m : float
        Meters.

    Returns
    -------
    Plane
        The same one where no lines tell, or where the selvedges would not be parallel.
    """
    floor = _floor(plane, lines, camera)
    laid = None if floor is None else _laid(plane, outline, floor, camera, width_m)
    return plane if laid is None else laid


def focal_of_floor(plane: Plane, lines: NDArray[np.float64], camera: Camera) -> float | None:
    """
    Find the focal length with which the tiles of the floor under a plane are square.

    Parameters
    ----------
    plane : Plane
        As the cloth has it with a usual focal length.
    lines : ndarray of float64, shape (N, 4)
        As in `grounded`.
    camera : Camera

    Returns
    -------
    float or None
        35-mm-equivalent, millimeters; None where no squares tell.
    """
    floor = _floor(plane, lines, camera)
    focal = None if floor is None else focal_of_squares(lines, camera, floor)
    if focal is None:
        return None
    return focal / Camera.of(*_size(camera), 1.0).focal


def _size(camera: Camera) -> tuple[int, int]:
    """Height and width of a picture with the camera's axis in its middle."""
    return round(2 * camera.center[1] + 1), round(2 * camera.center[0] + 1)


def _floor(plane: Plane, lines: NDArray[np.float64], camera: Camera) -> Floor | None:
    axes = plane.homography @ np.linalg.inv(camera.to_rays)
    along, normal = np.linalg.inv(axes)[:, 0], axes[2]
    return floor_under(
        lines, camera, normal / np.linalg.norm(normal), along / np.linalg.norm(along)
    )


def _laid(
    plane: Plane, outline: Outline, floor: Floor, camera: Camera, width_m: float
) -> Plane | None:
    """The plane of a floor, its selvedges parallel there."""
    sides = [followed(outline, plane, level, reach_m=0.06) for level in (0.0, width_m)]
    if min(len(u) for u, _ in sides) < 20:
        return None
    along = np.linalg.inv(plane.homography @ np.linalg.inv(camera.to_rays))[:, 0]
    along -= floor.normal * (floor.normal @ along)
    along /= np.linalg.norm(along)
    matrix = np.stack([along, np.cross(along, floor.normal), floor.normal]) @ camera.to_rays
    lower, upper = (
        transform(matrix, plane.to_photo(np.stack([u, level + offset], axis=1)))
        for (u, offset), level in zip(sides, (0.0, width_m), strict=True)
    )
    scale = width_m / float(np.median(upper[:, 1]) - np.median(lower[:, 1]))
    leans = [absolute_line(*(scale * side).T)[0] for side in (lower, upper)]
    if abs(leans[0] - leans[1]) > _NOT_PARALLEL:
        return None
    lean = float(np.mean(leans))
    low, high = (float(np.median(side[:, 1] - lean * side[:, 0])) for side in (lower, upper))
    scale = width_m / (high - low)
    leveled = np.array([[1, lean, 0], [-lean, 1, -low], [0, 0, 1 / scale]]) @ matrix
    return replace(
        plane,
        homography=leveled,
        roll_doubt=_SURE if floor.roll_known else plane.roll_doubt,
        tilt_known=floor.tilt_known,
    )
