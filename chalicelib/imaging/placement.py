"""For each pixel of a picture: the fabric points that show there, their light and coverage."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.image import Matte, Rgb8

_FOLD_STEP_M: Final = 0.012
"""Fabric farther apart than this in neighboring pixels belongs to different folds."""

_BLOCK: Final = 1 << 15


@dataclass(frozen=True, slots=True, eq=False)
class FabricLayer:
    """
    The fabric points that one layer shows, one entry for each pixel it touches.

    Attributes
    ----------
    index : ndarray of int32, shape (N,)
        Flat pixel index, row * width + column, ascending and unique.
    s, t : ndarray of float32, shape (N,)
        Fabric coordinates, meters.
    coverage : ndarray of float32, shape (N,)
        Share of the pixel that this layer covers, 0..1.
    light : ndarray of float32, shape (N,)
        Linear diffuse light on white cloth; 1 is fully lit, highlights may exceed it.
    sheen : ndarray of float32, shape (N,)
        Linear specular light for a reflectance of 1.
    reverse : ndarray of bool, shape (N,)
        Whether the cloth's reverse side shows.
    footprint : ndarray of float32, shape (N, 2, 2)
        d(s, t) / d(row, column), meters per pixel: `footprint[:, 0, 1]` is ds / dcolumn.
    """

    index: NDArray[np.int32]
    s: NDArray[np.float32]
    t: NDArray[np.float32]
    coverage: NDArray[np.float32]
    light: NDArray[np.float32]
    sheen: NDArray[np.float32]
    reverse: NDArray[np.bool_]
    footprint: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class PlacementMap:
    """
    Where a saree lies in a picture of `height` by `width` pixels.

    `layers` has the layer with the larger share of a pixel first; the second holds the other
    fold of edge pixels.
    `plate` is the picture without the saree: at edge pixels the color of the share that is not
    saree, under the cloth what a sheer cloth lets through.
    `length_m` and `width_m` are those of the saree the map is for.
    """

    height: int
    width: int
    layers: tuple[FabricLayer, ...]
    plate: Rgb8
    length_m: float
    width_m: float

    def coverage(self) -> Matte:
        """Share of each pixel that cloth covers: float32, shape (height, width), 0..1."""
        total = np.zeros(self.height * self.width, np.float32)
        for layer in self.layers:
            total[layer.index] += layer.coverage
        return np.minimum(total, 1).reshape(self.height, self.width)


@dataclass(frozen=True, slots=True, eq=False)
class FabricPoints:
    """
    Fabric coordinates by pixel.

    `index` int32 (N,), ascending; `points` complex64 (N,), s + it: one number for each point
    halves the work of comparing them.
    """

    index: NDArray[np.int32]
    points: NDArray[np.complex64]

    @classmethod
    def of(cls, layer: FabricLayer) -> Self:
        """A layer's points."""
        points = np.empty(len(layer.index), np.complex64)
        points.real, points.imag = layer.s, layer.t
        return cls(layer.index, points)


def footprints(
    of: FabricPoints, among: Sequence[FabricPoints], height: int, width: int
) -> NDArray[np.float32]:
    """
    How far the fabric moves from one pixel to the next, never measured across a fold.

    Of the one-sided differences towards either side the smaller is taken, or their mean where
    they agree: the other side of a fold is far away on the fabric and loses.

    Parameters
    ----------
    of : FabricPoints
        The N points asked about.
    among : sequence of FabricPoints
        The layers in which neighbors are looked for, `of` itself usually among them.
    height, width : int
        Size of the picture.

    Returns
    -------
    ndarray of float32, shape (N, 2, 2)
        d(s, t) / d(row, column), meters per pixel. Where one direction has no neighbor on the
        same fold, it is the other turned by a right angle; where both have none, zero.
    """
    # A rim of nothing around the picture, so that no neighbor lies in another row.
    planes = [np.full((height + 2) * (width + 2), np.nan, np.complex64) for _ in among]
    for plane, layer in zip(planes, among, strict=True):
        plane[_rimmed(layer.index, width)] = layer.points
    result = np.empty((len(of.index), 2, 2), np.float32)
    # In blocks that stay in the processor's cache.
    for first in range(0, len(of.index), _BLOCK):
        block = slice(first, first + _BLOCK)
        here = _rimmed(of.index[block], width)
        down, right = (
            _change(of.points[block], planes, here, stride) for stride in (width + 2, 1)
        )
        result[block, :, 0] = _parts(down, right * -1j)
        result[block, :, 1] = _parts(right, down * 1j)
    return result


def _rimmed(index: NDArray[np.int32], width: int) -> NDArray[np.int32]:
    """Flat indices in a picture that has one pixel more on every side."""
    return index + 2 * (index // width) + width + 3


def _change(
    points: NDArray[np.complex64],
    planes: Sequence[NDArray[np.complex64]],
    here: NDArray[np.int32],
    stride: int,
) -> NDArray[np.complex64]:
    """The mean of the steps to either side where they agree, else the shorter; or NaN."""
    before, size_before = _step(points, planes, here - stride)
    after, size_after = _step(points, planes, here + stride)
    # The step back is the negative of the change.
    agree = _squared(before + after) <= 0.25 * np.maximum(size_before, size_after)
    shorter = np.where(size_before <= size_after, -before, after)
    return np.where(agree, (after - before) * np.float32(0.5), shorter)


def _step(
    points: NDArray[np.complex64],
    planes: Sequence[NDArray[np.complex64]],
    there: NDArray[np.int32],
) -> tuple[NDArray[np.complex64], NDArray[np.float32]]:
    """
    The step to the neighbor that is nearest on the fabric, and its square.

    NaN and infinity where none is near.
    """
    best = np.full(len(there), np.nan, np.complex64)
    size = np.full(len(there), np.inf, np.float32)
    for plane in planes:
        step = plane[there] - points
        squared = _squared(step)
        # No comparison with NaN holds.
        nearer = (squared < size) & (squared < _FOLD_STEP_M**2)
        best = np.where(nearer, step, best)
        size = np.where(nearer, squared, size)
    return best, size


def _squared(step: NDArray[np.complex64]) -> NDArray[np.float32]:
    length: NDArray[np.float32] = np.square(step.real) + np.square(step.imag)
    return length


def _parts(own: NDArray[np.complex64], other: NDArray[np.complex64]) -> NDArray[np.float32]:
    """The change of s and of t, shape (N, 2); of `other` where there is none, else zero."""
    complete = np.nan_to_num(np.where(np.isnan(own), other, own), nan=0.0)
    return np.stack([complete.real, complete.imag], 1)
