"""The focal length of a camera, from the squares of the floor that it sees."""

from functools import cache
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.flattening.floor import Floor, floor_under, through_camera
from chalicelib.imaging.flattening.rectification import Camera

_ON_AXIS: Final = 0.03
_LEAST_LINES: Final = 6
_PITCHES: Final = np.exp(np.arange(np.log(0.08), np.log(4.0), 0.008))
"""In heights of the camera above the floor."""

_NEAR: Final = np.exp(np.arange(-0.08, 0.08, 0.0002))
_REGULAR: Final = 0.75
_LEAST_SPAN: Final = 1.8
_NEARLY: Final = 0.9
_SHARES: Final = tuple(np.exp(np.arange(-6, 7) * 0.03).tolist())


def focal_of_squares(lines: NDArray[np.float64], camera: Camera, floor: Floor) -> float | None:
    """
    Find the focal length with which a floor's tiles are square.

    A wrong one stretches the floor along the camera's view, as far as the camera is tilted. Where
    tiles are oblongs a few times as long as wide, they fill squares, and serve as well.

    Parameters
    ----------
    lines : ndarray of float64, shape (N, 4)
        As in `floor_under`.
    camera : Camera
        With a usual focal length.
    floor : Floor
        As that camera sees it.

    Returns
    -------
    float or None
        Pixels; None where lines are not evenly spaced in two directions.
    """

    @cache
    def stretch(share: float) -> float:
        other = Camera(camera.focal * share, camera.center)
        seen = _seen_by(other, camera, lines, floor)
        return np.nan if seen is None else _stretch(lines, other, seen)

    for low, high in sorted(pairwise(_SHARES), key=lambda pair: abs(np.log(pair[0] * pair[1]))):
        one, other = stretch(low), stretch(high)
        if one * other <= 0 and one != other:
            return camera.focal * float(low + (high - low) * one / (one - other))
    return None


def _seen_by(
    other: Camera, camera: Camera, lines: NDArray[np.float64], floor: Floor
) -> Floor | None:
    """The floor as another camera would have it that sees the same lines."""
    along, across = floor.axes[:2] @ np.linalg.inv(camera.to_rays).T @ other.to_rays.T
    along /= np.linalg.norm(along)
    across -= along * (along @ across)
    normal = np.cross(along, across / np.linalg.norm(across))
    return floor_under(lines, other, normal, along)


def _stretch(lines: NDArray[np.float64], camera: Camera, floor: Floor) -> float:
    """By how much, as a share, tiles are longer in one direction than in the other, or NaN."""
    planes, weights = through_camera(lines, camera)
    spaced = []
    for axis in (0, 1):
        kept = np.abs(planes @ floor.axes[axis]) < _ON_AXIS
        if kept.sum() < _LEAST_LINES:
            return np.nan
        places = -(planes[kept] @ floor.normal) / (planes[kept] @ floor.axes[1 - axis])
        spaced.append((places, weights[kept] / weights[kept].sum()))
    # The cloth may hide all but two lines in one direction, which tell no pitch alone.
    pitch = min((_pitch(*each) for each in spaced), key=lambda pitch: (np.isnan(pitch), pitch))
    if np.isnan(pitch):
        return np.nan
    near = pitch * _NEAR
    fine = [_regularity(*each, near) for each in spaced]
    one, other = (near[int(table.argmax())] for table in fine)
    regular = min(table.max() for table in fine) > _REGULAR
    apart = min(np.ptp(places) for places, _ in spaced) > pitch / 2
    return float(np.log(one / other)) if regular and apart else np.nan


def _pitch(places: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """About the largest distance by which lines are spaced, NaN where fewer than three are."""
    regular = _regularity(places, weights, _PITCHES)
    # What is a whole pitch apart is a whole number of halves apart, too.
    like = np.flatnonzero(regular > _NEARLY * regular.max())
    largest = np.split(like, np.flatnonzero(np.diff(like) > 1) + 1)[-1]
    pitch = float(_PITCHES[largest].mean())
    return pitch if np.ptp(places) > _LEAST_SPAN * pitch else np.nan


def _regularity(
    places: NDArray[np.float64], weights: NDArray[np.float64], pitches: NDArray[np.float64]
) -> NDArray[np.float64]:
    """How evenly lines are spaced at each pitch, 0..1."""
    waves = np.exp(2j * np.pi * places / pitches[:, None])
    return np.asarray(np.abs(waves @ weights), np.float64)
