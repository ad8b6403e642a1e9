"""For each pixel of a picture: the fabric points that show there, their light and coverage."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.image import Matte, Rgb8

_FOLD_STEP_M: Final = 0.012
"""Fabric farther apart than this in neighboring pixels belongs to different folds."""


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
    wide = width + 2
    planes = [np.full((height + 2) * wide, np.nan, np.complex64) for _ in among]
    for plane, layer in zip(planes, among, strict=True):
        plane[_rimmed(layer.index, width)] = layer.points
    here = _rimmed(of.index, width)
    down, right = (
        _either(-_step(of, planes, here - stride), _step(of, planes, here + stride))
        for stride in (wide, 1)
    )
    result = np.empty((len(here), 2, 2), np.float32)
    for axis, (own, other) in enumerate(((down, right * -1j), (right, down * 1j))):
        complete = np.nan_to_num(np.where(np.isnan(own), other, own), nan=0.0)
        result[:, 0, axis], result[:, 1, axis] = complete.real, complete.imag
    return result


def _rimmed(index: NDArray[np.int32], width: int) -> NDArray[np.int32]:
    """Flat indices in a picture that has one pixel more on every side."""
    return index + 2 * (index // width) + width + 3


def _step(
    of: FabricPoints, planes: Sequence[NDArray[np.complex64]], there: NDArray[np.int32]
) -> NDArray[np.complex64]:
    """The step to the neighbor that is nearest on the fabric; NaN where none is near."""
    best = planes[0][there] - of.points
    for plane in planes[1:]:
        best = _smaller(best, plane[there] - of.points)
    best[~(_squared(best) < _FOLD_STEP_M**2)] = np.nan
    return best


def _either(before: NDArray[np.complex64], after: NDArray[np.complex64]) -> NDArray[np.complex64]:
    """The mean of two differences that agree, else the smaller; NaN where there is neither."""
    largest = np.maximum(_squared(before), _squared(after))
    agree = _squared(before - after) <= 0.25 * largest
    half = np.float32(0.5)
    return np.where(agree, (before + after) * half, _smaller(before, after))


def _smaller(one: NDArray[np.complex64], other: NDArray[np.complex64]) -> NDArray[np.complex64]:
    """The shorter of two steps; the other one where one is NaN."""
    # No comparison with NaN holds.
    keep = (_squared(one) <= _squared(other)) | np.isnan(other)
    return np.where(keep, one, other)


def _squared(step: NDArray[np.complex64]) -> NDArray[np.float32]:
    length: NDArray[np.float32] = np.square(step.real) + np.square(step.imag)
    return length
