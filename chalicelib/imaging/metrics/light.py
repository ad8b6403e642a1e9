"""Light that changed, told from cloth that changed: light moves over folds, cloth does not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.cloth import REGIONS
from chalicelib.imaging.image import LinearRgb
from chalicelib.imaging.metrics.cells import Cells
from chalicelib.imaging.metrics.kinds import Plane
from chalicelib.imaging.placement import FabricLayer, PlacementMap

LEAST_LIGHT: Final = 0.06
"""Darker cloth tells nothing: a step of the picture's 8 bits is a fifth of its color there."""

LARGEST: Final = 0.3
"""Logarithm of the largest change that counts as light's."""

WHOLE: Final = 0.07
"""The same of a change of a whole part that no moving of the light explains."""

_COARSE: Final = 4
_SPARSE: Final = 4
"""Light is even within a few pixels: one in so many tells how it moves."""

_SOFT: Final = 4.0
_ROUNDS: Final = 3
_OUTLYING: Final = 0.05
_LEAST_MASS: Final = 20.0
_CREASE: Final = 2.0
_SEEN: Final = 0.3
_LUMINANCE: Final = np.array([0.2126, 0.7152, 0.0722], np.float32)
"""Of the sRGB primaries: ITU-R BT.709-6, item 3.2."""


@dataclass(frozen=True, slots=True, eq=False)
class WaysOfLight:
    """
    What each way of moving the light changes at some pixels.

    It moves down, to the right, by more than a little, gets harder, or stronger across the
    picture. Light is one for the whole picture, so an amount for each describes its change.

    Attributes
    ----------
    changes : tuple of ndarray of float32, shape (n,)
        Of each way the change at every `_SPARSE`-th of the pixels, as a logarithm.
    """

    changes: tuple[NDArray[np.float32], ...]

    @classmethod
    def of(cls, front: FabricLayer, placement: PlacementMap, used: NDArray[np.intp]) -> Self:
        """Look at some of a layer's pixels."""
        height, width = placement.height, placement.width
        tone = _tone(front, height, width)
        down, right = (cv2.Sobel(tone, cv2.CV_32F, *way, scale=1 / 16) for way in ((0, 1), (1, 0)))
        bent_down = cv2.Sobel(down, cv2.CV_32F, 0, 1, scale=1 / 8)
        bent_right = cv2.Sobel(right, cv2.CV_32F, 1, 0, scale=1 / 8)
        row, column = np.divmod(front.index[used[::_SPARSE]], np.int32(width))
        at = (row // 2) * np.int32(tone.shape[1]) + column // 2
        moved = (plane.reshape(-1)[at] for plane in (down, right, bent_down, bent_right, tone))
        across = (row / np.float32(height), column / np.float32(width))
        return cls((*moved, *(ramp.astype(np.float32) for ramp in across)))


def _tone(front: FabricLayer, height: int, width: int) -> NDArray[np.float32]:
    """Logarithm of the light at half the resolution, smooth."""
    planes = np.zeros((2, height * width), np.float32)
    planes[0, front.index], planes[1, front.index] = front.light, 1
    half = (-(-width // 2), -(-height // 2))
    light, mass = (
        cv2.GaussianBlur(
            cv2.resize(plane.reshape(height, width), half, interpolation=cv2.INTER_AREA),
            (0, 0),
            _SOFT / 2,
        )
        for plane in planes
    )
    tone: NDArray[np.float32] = np.log(
        np.maximum(light / np.maximum(mass, np.float32(1e-3)), np.float32(LEAST_LIGHT))
    )
    return tone


def without_change(
    render: LinearRgb, reference: LinearRgb, known: Plane, cells: Cells, ways: WaysOfLight
) -> LinearRgb:
    """
    Take a change of light out of the render.

    Parameters
    ----------
    render, reference : ndarray of float32, shape (M, 3)
        Linear reflectance of the cells that are shown.
    known : ndarray of float32, shape (M,)
        How well each is seen, 0..1.
    cells : Cells
        Which they are.
    ways : WaysOfLight
        How the light may have moved over the cells' pixels.

    Returns
    -------
    ndarray of float32, shape (M, 3)

    References
    ----------
    Holland, Welsch, "Robust Regression Using Iteratively Reweighted Least-Squares",
    Communications in Statistics A6(9), 1977, with Cauchy weights: what is no light's change
    should not sway the fit.
    """
    square, shape = cells.coarse(_COARSE)
    parts = [
        tuple(slice(round(side.start / _COARSE), round(side.stop / _COARSE)) for side in part)
        for part in map(cells.grid.region, REGIONS)
    ]
    sums = (known, *(np.maximum(face @ _LUMINANCE, 0) * known for face in (render, reference)))
    mass, seen, expected = (_gathered(square, plane, shape) for plane in sums)
    least = np.float32(1e-3) * mass + np.float32(1e-9)
    ratio = np.log((seen + least) / (expected + least))
    of_pixel = square[cells.of_pixel[::_SPARSE]]
    count = _gathered(of_pixel, None, shape)
    means = (_gathered(of_pixel, way, shape) / np.maximum(count, 1) for way in ways.changes)
    basis = np.dstack(list(means))
    weight = np.where(count > 0, mass / np.float32(_COARSE**2), 0)
    change = _explained(ratio, basis, weight, [part for part in parts if _told(weight, part)])
    relit: LinearRgb = render * np.exp(-_at(cells, change, weight))[:, np.newaxis]
    return relit


def _at(cells: Cells, change: Plane, weight: Plane) -> NDArray[np.float32]:
    """The change at each cell, between the squares around it that are seen."""
    size = (cells.grid.width, cells.grid.height)
    told = (weight > 0).astype(np.float32)
    total, share = (
        cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR).reshape(-1)[cells.at]
        for plane in (change * told, told)
    )
    between: NDArray[np.float32] = total / np.maximum(share, np.float32(1e-3))
    return between


def _gathered(
    square: NDArray[np.intp], values: Plane | None, shape: tuple[int, int]
) -> NDArray[np.float32]:
    total = np.bincount(square, values, shape[0] * shape[1])
    return total.astype(np.float32).reshape(shape)


def _told(mass: Plane, part: tuple[slice, ...]) -> bool:
    return float(mass[part].sum()) >= _LEAST_MASS


def _explained(
    ratio: Plane, basis: Plane, mass: Plane, parts: Sequence[tuple[slice, ...]]
) -> Plane:
    """The change of light, as a logarithm: what all parts share, and a little of each."""
    seen = mass > np.float32(_SEEN)
    change = np.zeros_like(ratio)
    if not parts:
        return change
    moved, left, weight = [], [], []
    for part in parts:
        inside = seen[part]
        # Each part's mean is its own: a cast of one part is no ramp of the light.
        own = basis[part][inside].astype(np.float64)
        moved.append(own - own.mean(axis=0))
        left.append(ratio[part][inside] - _median(ratio[part], inside))
        weight.append(mass[part][inside])
    amounts = _fitted(np.concatenate(moved), np.concatenate(left), np.concatenate(weight))
    middle = np.concatenate([basis[part][seen[part]] for part in parts]).mean(axis=0)
    change = np.clip(_combined(basis - middle, amounts), -LARGEST, LARGEST)
    for part in parts:
        rest = _median(ratio[part] - change[part], seen[part])
        change[part] += np.float32(np.clip(rest, -WHOLE, WHOLE))
    return change


def _combined(basis: Plane, amounts: Plane) -> Plane:
    """Sum of the ways, each by its amount; not a matrix product, whose order threads change."""
    total = np.zeros(basis.shape[:-1], np.float32)
    for way, amount in enumerate(amounts):
        total += basis[..., way] * np.float32(amount)
    return total


def _fitted(moved: Plane, left: Plane, weight: Plane) -> Plane:
    """How far the light moved each way."""
    left = np.clip(left, -0.5, 0.5).astype(np.float64)
    scale = np.sqrt(np.mean(moved**2, axis=0) + 1e-12)
    moved = moved / scale
    amounts = np.zeros(moved.shape[1])
    for _ in range(_ROUNDS):
        rest = left - _rows_times(moved, amounts)
        share = weight / (1 + (rest / _OUTLYING) ** 2)
        weighed = share[:, np.newaxis] * moved
        # Not matrix products: how those add up depends on the number of threads.
        sides = np.einsum("ni,n->i", weighed, left)
        normal = np.einsum("ni,nj->ij", weighed, moved)
        normal += np.eye(len(normal)) * 1e-3 * float(np.sum(share))
        amounts = np.linalg.solve(normal, sides)
    result: Plane = amounts / scale
    return result


def _rows_times(moved: Plane, amounts: Plane) -> Plane:
    total = np.zeros(len(moved))
    for way, amount in enumerate(amounts):
        total += moved[:, way] * amount
    return total


def _median(values: Plane, inside: NDArray[np.bool_]) -> float:
    chosen = values[inside]
    return float(np.median(chosen)) if len(chosen) else 0.0


def even(light: Plane, weight: Plane, tolerance: float) -> NDArray[np.bool_]:
    """
    Tell where the light is even: at a fold's crease a change of light looks like a seam.

    Parameters
    ----------
    light : ndarray of float32, shape (H, W)
        Light on the cloth, linear.
    weight : ndarray of float32, shape (H, W)
        How well each cell is seen, 0..1.
    tolerance : float
        Share of the light by which it may vary among neighbors.

    Returns
    -------
    ndarray of bool, shape (H, W)
    """
    mean = _smooth(light * weight) / np.maximum(_smooth(weight), np.float32(1e-3))
    step = (light - mean) / np.maximum(mean, np.float32(1e-3))
    uneven = _smooth(weight * step * step)
    return np.asarray(uneven <= np.float32(tolerance**2) * _smooth(weight), np.bool_)


def _smooth(plane: Plane) -> Plane:
    smooth: Plane = cv2.GaussianBlur(plane, (0, 0), _CREASE, borderType=cv2.BORDER_CONSTANT)
    return smooth
