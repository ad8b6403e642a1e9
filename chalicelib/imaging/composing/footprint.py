"""How far the fabric moves from one pixel of a picture to the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.placement import FabricLayer

_FOLD_STEP_M: Final = 0.012
"""Fabric farther apart than this in neighboring pixels belongs to different folds."""

_BLOCK: Final = 1 << 15
_BAND: Final = 16
"""Points, and rows, that are measured at once: few enough to stay in the processor's cache."""

_Steps: TypeAlias = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]


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
    def of(cls, layer: FabricLayer, index: NDArray[np.int32] | None = None) -> Self:
        """A layer's points, in its picture or, by other indices, in a part of it."""
        points = np.empty(len(layer.index), np.complex64)
        points.real, points.imag = layer.s, layer.t
        return cls(layer.index if index is None else index, points)


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
    if len(among) == 1 and among[0] is of:
        return _dense(of, height, width)
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


def _dense(of: FabricPoints, height: int, width: int) -> NDArray[np.float32]:
    """The footprints of points among themselves: each step is taken once for both its ends."""
    s, t = np.full((2, height * width), np.nan, np.float32)
    s[of.index], t[of.index] = of.points.real, of.points.imag
    s, t = s.reshape(height, width), t.reshape(height, width)
    ends = np.searchsorted(of.index, np.arange(0, height + _BAND, _BAND) * width)
    result = np.empty((len(of.index), 2, 2), np.float32)
    for band, (first, last) in enumerate(pairwise(ends)):
        if first == last:
            continue
        row = band * _BAND
        here = of.index[first:last] - row * width
        down = _mean_steps(*_steps(s, t, row, axis=0), axis=0)
        right = _mean_steps(*_steps(s, t, row, axis=1), axis=1)
        down_s, down_t, right_s, right_t = (each.ravel()[here] for each in (*down, *right))
        result[first:last, 0, 0] = _either(down_s, right_t)
        result[first:last, 1, 0] = _either(down_t, -right_s)
        result[first:last, 0, 1] = _either(right_s, -down_t)
        result[first:last, 1, 1] = _either(right_t, down_s)
    return result


def _steps(s: NDArray[np.float32], t: NDArray[np.float32], row: int, *, axis: int) -> _Steps:
    """A band's steps before, between and after its pixels along an axis, and their squares."""
    last = min(row + _BAND, len(s))
    shape = [last - row, s.shape[1]]
    shape[axis] += 1
    along_s, along_t = np.full((2, *shape), np.nan, np.float32)
    if axis == 0:
        rows = slice(max(row - 1, 0), min(last + 1, len(s)))
        within = slice(rows.start - row + 1, rows.stop - row)
        np.subtract(s[rows][1:], s[rows][:-1], out=along_s[within])
        np.subtract(t[rows][1:], t[rows][:-1], out=along_t[within])
    else:
        np.subtract(s[row:last, 1:], s[row:last, :-1], out=along_s[:, 1:-1])
        np.subtract(t[row:last, 1:], t[row:last, :-1], out=along_t[:, 1:-1])
    squared = np.square(along_s)
    squared += np.square(along_t)
    # No comparison with NaN holds.
    apart = ~(squared < _FOLD_STEP_M**2)
    for each, nothing in ((along_s, np.nan), (along_t, np.nan), (squared, np.inf)):
        np.copyto(each, np.float32(nothing), where=apart)
    return along_s, along_t, squared


def _mean_steps(
    s: NDArray[np.float32], t: NDArray[np.float32], squared: NDArray[np.float32], *, axis: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The mean of the steps to either side of a pixel where they agree, else the shorter."""
    before, after = ((slice(None),) * axis + (part,) for part in (slice(None, -1), slice(1, None)))
    bend = np.square(s[after] - s[before])
    bend += np.square(t[after] - t[before])
    bound = np.maximum(squared[before], squared[after])
    bound *= np.float32(0.25)
    agree, nearer = bend <= bound, squared[before] <= squared[after]
    return _chosen(s[before], s[after], agree, nearer), _chosen(t[before], t[after], agree, nearer)


def _chosen(
    before: NDArray[np.float32],
    after: NDArray[np.float32],
    agree: NDArray[np.bool_],
    nearer: NDArray[np.bool_],
) -> NDArray[np.float32]:
    mean = after + before
    mean *= np.float32(0.5)
    shorter = np.where(nearer, before, after)
    np.copyto(shorter, mean, where=agree)
    return shorter


def _either(own: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    """A point's own step, else the other's, else zero."""
    missing = np.isnan(own)
    np.copyto(own, other, where=missing)
    np.copyto(own, np.float32(0), where=np.isnan(own))
    return own
