"""For each pixel of a picture: the fabric points that show there, their light and coverage."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

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
    """Fabric coordinates by pixel: `index` int32 ascending, `points` float32 (N, 2) of s, t."""

    index: NDArray[np.int32]
    points: NDArray[np.float32]

    def entry_at(self, pixels: int) -> NDArray[np.int32]:
        """For each of `pixels` flat indices the entry that lies there, or -1."""
        entries = np.full(pixels, -1, np.int32)
        entries[self.index] = np.arange(len(self.index), dtype=np.int32)
        return entries


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
    entries = [layer.entry_at(height * width) for layer in among]
    column = of.index % width
    row = of.index // width
    result = np.empty((len(of.index), 2, 2), np.float32)
    for axis, stride, place, size in ((0, width, row, height), (1, 1, column, width)):
        before = _nearest(of, among, entries, -stride, place > 0)
        after = _nearest(of, among, entries, stride, place < size - 1)
        result[:, :, axis] = _either(-before, after)
    return _completed(result)


def _nearest(
    of: FabricPoints,
    among: Sequence[FabricPoints],
    entries: Sequence[NDArray[np.int32]],
    stride: int,
    inside: NDArray[np.bool_],
) -> NDArray[np.float32]:
    """The step to the neighbor `stride` away that is nearest on the fabric; NaN where none is."""
    best = np.full_like(of.points, np.nan)
    reach = np.full(len(of.index), np.float32(_FOLD_STEP_M))
    target = np.where(inside, of.index + stride, of.index)
    for layer, entry in zip(among, entries, strict=True):
        found = entry[target]
        step = layer.points[found] - of.points
        distance = np.hypot(step[:, 0], step[:, 1])
        nearer = inside & (found >= 0) & (distance < reach)
        best[nearer] = step[nearer]
        reach[nearer] = distance[nearer]
    return best


def _either(before: NDArray[np.float32], after: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean of two differences that agree, else the smaller; NaN where there is neither."""
    sizes = [np.nan_to_num(np.hypot(d[:, 0], d[:, 1]), nan=np.inf) for d in (before, after)]
    apart = np.hypot(before[:, 0] - after[:, 0], before[:, 1] - after[:, 1])
    agree = apart <= 0.5 * np.maximum(sizes[0], sizes[1])
    smaller = np.where((sizes[0] <= sizes[1])[:, np.newaxis], before, after)
    return np.where(agree[:, np.newaxis], (before + after) * np.float32(0.5), smaller)


def _completed(footprint: NDArray[np.float32]) -> NDArray[np.float32]:
    """Fill a missing direction from the other one."""
    turned = footprint[:, ::-1, ::-1] * np.array([[-1], [1]], np.float32)
    return np.nan_to_num(np.where(np.isnan(footprint), turned, footprint), nan=0.0)
