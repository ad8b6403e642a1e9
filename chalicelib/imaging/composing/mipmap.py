"""A cloth at every scale, looked up at fabric points without moiré."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.cloth import Cloth
from chalicelib.imaging.color import to_linear

Level: TypeAlias = NDArray[np.uint16]
Some: TypeAlias = NDArray[np.intp] | slice

_FULL: Final = 65535
_MOST_TAPS: Final = 8
_SMALLEST_LEVEL: Final = 16
_ROW: Final = 1024

_CHUNK: Final = 1 << 16
"""Lookups made at once: few enough to stay in the processor's cache."""

_SHARPER: Final = 0.35
"""Subtracted from the level: interpolating in a level blurs about that much by itself."""


@dataclass(frozen=True, slots=True, eq=False)
class ClothPyramid:
    """
    A cloth made ready for lookups; made once, used for every pose.

    Attributes
    ----------
    levels : tuple of ndarray of uint16, shape (rows, columns, 4)
        Linear red, green, blue and the share of zari, 0..65535; each level has half the
        resolution of the one before. A point lies at the level-0 position / 2**level.
    pixels_per_meter : float
        Resolution of level 0.
    width_m : float
        The cloth's width: row 0 of level 0 begins there.
    """

    levels: tuple[Level, ...]
    pixels_per_meter: float
    width_m: float


def pyramid(cloth: Cloth) -> ClothPyramid:
    """Halve a cloth's strip, in linear light, down to a few pixels."""
    linear_of_byte = np.rint(to_linear(np.arange(256, dtype=np.uint8)) * _FULL).astype(np.uint16)
    base = np.empty((*cloth.zari.shape, 4), np.uint16)
    base[..., :3] = linear_of_byte[cloth.pixels]
    base[..., 3] = np.rint(np.clip(cloth.zari, 0, 1) * _FULL)
    levels = [base]
    while min(levels[-1].shape[:2]) > _SMALLEST_LEVEL:
        levels.append(cv2.pyrDown(levels[-1]))
    return ClothPyramid(tuple(levels), cloth.parts.pixels_per_meter, cloth.parts.width_m)


@dataclass(frozen=True, slots=True, eq=False)
class _Lookups:
    """
    Where to look, in pixels of level 0, and how wide: all of shape (N,).

    `reach_column` and `reach_row` span the footprint's major axis, on which `taps` samples lie;
    `level` is the pyramid's level, not whole.
    """

    column: NDArray[np.float32]
    row: NDArray[np.float32]
    reach_column: NDArray[np.float32]
    reach_row: NDArray[np.float32]
    taps: NDArray[np.int32]
    level: NDArray[np.float32]


def look_up(
    of: ClothPyramid,
    s: NDArray[np.float32],
    t: NDArray[np.float32],
    footprint: NDArray[np.float32],
) -> NDArray[np.float32]:
    """
    The mean of the cloth over each footprint.

    Parameters
    ----------
    of : ClothPyramid
        The cloth.
    s, t : ndarray of float32, shape (N,)
        Fabric coordinates, meters; beyond the cloth its edge is repeated.
    footprint : ndarray of float32, shape (N, 2, 2)
        d(s, t) / d(row, column), meters per pixel.

    Returns
    -------
    ndarray of float32, shape (N, 4)
        Linear red, green, blue and the share of zari, 0..1.

    References
    ----------
    McCormack et al., "Feline: Fast Elliptical Lines for Anisotropic Texture Mapping",
    SIGGRAPH 1999: samples of the minor axis' level along the major axis.
    """
    where = _lookups(of, s, t, footprint)
    base = np.floor(where.level).astype(np.int32)
    beyond = where.level - base
    result = np.zeros((len(s), 4), np.float32)
    for step, weight in ((0, 1 - beyond), (1, beyond)):
        for level, chosen in _by_level(base + step, weight):
            for first in range(0, len(chosen), _CHUNK):
                some = _run(chosen[first : first + _CHUNK])
                result[some] += weight[some, np.newaxis] * _mean_along(of, where, level, some)
    result *= np.float32(1 / _FULL)
    return result


def _by_level(
    level: NDArray[np.int32], weight: NDArray[np.float32]
) -> Iterator[tuple[int, NDArray[np.intp]]]:
    """Each level that has any weight, with the lookups in it."""
    for each in range(int(level.min(initial=0)), int(level.max(initial=-1)) + 1):
        chosen = np.flatnonzero((level == each) & (weight > 0))
        if len(chosen):
            yield each, chosen


def _lookups(
    of: ClothPyramid,
    s: NDArray[np.float32],
    t: NDArray[np.float32],
    footprint: NDArray[np.float32],
) -> _Lookups:
    ppm = np.float32(of.pixels_per_meter)
    # Rows of a strip count against t.
    along, across = footprint[:, 0] * ppm, footprint[:, 1] * -ppm
    a, b, c = _dot(along, along), _dot(along, across), _dot(across, across)
    middle, half = (a + c) / 2, np.hypot((a - c) / 2, b)
    major = np.sqrt(middle + half)
    minor = np.sqrt(np.maximum(middle - half, 0))
    minor = np.maximum(minor, np.maximum(major / _MOST_TAPS, 1))
    level = np.clip(np.log2(minor) - np.float32(_SHARPER), 0, len(of.levels) - 1.001)
    taps = np.clip(np.ceil(major / minor - 0.25), 1, _MOST_TAPS).astype(np.int32)
    # A single sample lies in the middle, whatever the direction.
    reach = np.zeros((2, len(s)), np.float32)
    long = np.flatnonzero(taps > 1)
    bearing = np.arctan2(2 * b[long], a[long] - c[long]) / 2
    reach[0, long], reach[1, long] = np.cos(bearing), np.sin(bearing)
    reach[:, long] *= major[long]
    return _Lookups(
        column=s * ppm - np.float32(0.5),
        row=(np.float32(of.width_m) - t) * ppm - np.float32(0.5),
        reach_column=reach[0],
        reach_row=reach[1],
        taps=taps,
        level=level,
    )


def _dot(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    product: NDArray[np.float32] = one[:, 0] * other[:, 0]
    product += one[:, 1] * other[:, 1]
    return product


def _run(index: NDArray[np.intp]) -> Some:
    """Ascending indices as a slice if none is missing between them: slices are faster."""
    first, count = int(index[0]), len(index)
    return slice(first, first + count) if int(index[-1]) - first == count - 1 else index


def _mean_along(of: ClothPyramid, where: _Lookups, level: int, some: Some) -> NDArray[np.float32]:
    """The mean of the samples along each footprint's major axis in one level: (N, 4)."""
    taps, column, row = where.taps[some], where.column[some], where.row[some]
    total = np.zeros((len(taps), 4), np.float32)
    reach_column, reach_row = where.reach_column[some], where.reach_row[some]
    for tap in range(int(taps.max())):
        active = _run(np.flatnonzero(taps > tap))
        offset = (tap + np.float32(0.5)) / taps[active] - np.float32(0.5)
        total[active] += _interpolated(
            of.levels[level],
            column[active] + offset * reach_column[active],
            row[active] + offset * reach_row[active],
            2**level,
        )
    total /= taps[:, np.newaxis]
    return total


def _interpolated(
    level: Level, column: NDArray[np.floating[Any]], row: NDArray[np.floating[Any]], factor: int
) -> NDArray[np.float32]:
    """Samples of one level at positions of level 0: float32, shape (N, 4), 0..65535."""
    # OpenCV looks up in two-dimensional maps of less than 32768 columns.
    maps = np.zeros((2, -(-len(column) // _ROW), _ROW), np.float32)
    for plane, positions in zip(maps, (column, row), strict=True):
        np.divide(positions, factor, out=plane.reshape(-1)[: len(positions)], casting="same_kind")
    # Finer than the strip a straight line between its pixels would show as facets.
    kind = cv2.INTER_CUBIC if factor == 1 else cv2.INTER_LINEAR
    found = cv2.remap(level, maps[0], maps[1], kind, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found.reshape(-1, 4)[: len(column)], np.float32)
