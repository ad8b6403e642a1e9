"""From supersampled passes to at most two weighted pieces of cloth for each pixel."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

FRONT: Final = 3
REVERSE: Final = 4

_FOLD_STEP_M: Final = 0.003
"""Neighboring subsamples farther apart than this on the fabric lie on different folds."""

_PIECE_M: Final = 0.008
"""A piece's fabric point is averaged over subsamples at most this far from its middle one."""

_SIDE_M: Final = 0.05
"""How far apart on the fabric the cloth's two sides are taken to be."""

_BAND_ROWS: Final = 64


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """
    What each subsample of a picture shows.

    Attributes
    ----------
    object_ : ndarray of uint8, shape (H * k, W * k)
        0 background, 1 skin, 2 blouse, 3 the cloth's front, 4 its reverse, 5 petticoat.
    s, t : ndarray of float32, same shape
        Fabric coordinates where there is cloth, meters.
    factor : int
        Subsamples along a pixel's side, k.
    """

    object_: NDArray[np.uint8]
    s: NDArray[np.float32]
    t: NDArray[np.float32]
    factor: int

    @property
    def height(self) -> int:
        """Rows of the picture."""
        return int(self.object_.shape[0]) // self.factor

    @property
    def width(self) -> int:
        """Columns of the picture."""
        return int(self.object_.shape[1]) // self.factor


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """
    Pieces of cloth, at most one for each pixel.

    `index` int32 ascending, `shares` uint8 of 255, `s` and `t` float32 meters, `reverse` bool.
    """

    index: NDArray[np.int32]
    shares: NDArray[np.uint8]
    s: NDArray[np.float32]
    t: NDArray[np.float32]
    reverse: NDArray[np.bool_]


def weights(factor: int) -> NDArray[np.float32]:
    """
    How much each subsample around a pixel counts: float32, shape (n, n), sum 1.

    The window reaches one subsample into the neighbors, at half weight: an edge crosses more
    levels than in a plain box and shows no stairs.
    """
    side = np.ones(factor + 2, np.float32)
    side[[0, -1]] = 0.5
    kernel: NDArray[np.float32] = np.outer(side, side) / np.square(side.sum())
    return kernel


def windows(plane: NDArray[Any], factor: int, first: int, last: int) -> NDArray[Any]:
    """The subsamples around each pixel of rows first..last: shape (rows, W, n * n)."""
    top, bottom = first * factor - 1, last * factor + 1
    inside = plane[max(top, 0) : bottom]
    pad = ((int(top < 0), max(0, bottom - plane.shape[0])), (1, 1))
    padded = np.pad(inside, pad, mode="edge")
    side = factor + 2
    view = sliding_window_view(padded, (side, side))[::factor, ::factor]
    flat: NDArray[Any] = view.reshape(*view.shape[:2], side * side)
    return flat


def pieces(samples: Samples) -> tuple[Pieces, Pieces]:
    """
    Group the cloth in each pixel by fold and side, into at most two pieces.

    Returns
    -------
    tuple of Pieces
        The larger piece of every pixel that shows cloth, and the smaller of those with two.
    """
    bands = [_of_band(samples, *rows) for rows in _bands(samples)]
    return _joined([band[0] for band in bands]), _joined([band[1] for band in bands])


def _bands(samples: Samples) -> Iterator[tuple[int, int]]:
    """First and last row, exclusive, of each band that shows cloth."""
    reach = samples.factor
    for first in range(0, samples.height, _BAND_ROWS):
        last = min(first + _BAND_ROWS, samples.height)
        seen = samples.object_[max(first - 1, 0) * reach : (last + 1) * reach]
        if (seen == FRONT).any() or (seen == REVERSE).any():
            yield first, last


def _joined(parts: list[Pieces]) -> Pieces:
    return Pieces(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("index", "shares", "s", "t", "reverse")
        )
    )


def _of_band(samples: Samples, first: int, last: int) -> tuple[Pieces, Pieces]:
    seen, s, t = (
        windows(plane, samples.factor, first, last).reshape(-1, (samples.factor + 2) ** 2)
        for plane in (samples.object_, samples.s, samples.t)
    )
    cloth = (seen == FRONT) | (seen == REVERSE)
    here = np.flatnonzero(cloth.any(axis=1))
    points = np.stack([s[here], t[here], (seen[here] == REVERSE) * np.float32(_SIDE_M)], -1)
    weight = weights(samples.factor).ravel() * cloth[here]
    groups = _two_groups(points, cloth[here], samples.factor + 2)
    shares = _whole_shares(weight, groups, cloth[here])
    index = (here + first * samples.width).astype(np.int32)
    both = [
        _piece(index, share, points, weight * (groups == number))
        for number, share in enumerate(shares)
    ]
    return _by_size(*both)


def _two_groups(
    points: NDArray[np.float32], cloth: NDArray[np.bool_], side: int
) -> NDArray[np.int8]:
    """For each subsample 0 or 1; all 0 where the cloth in the pixel is one surface."""
    groups = np.zeros(cloth.shape, np.int8)
    torn = np.flatnonzero(_largest_step(points, cloth, side) > _FOLD_STEP_M)
    some, its_cloth = points[torn], cloth[torn]
    middle = np.argmax(its_cloth * weights(side - 2).ravel(), axis=1)
    first = some[np.arange(len(torn)), middle]
    second = some[np.arange(len(torn)), np.argmax(_apart(some, first) * its_cloth, axis=1)]
    for _ in range(3):
        nearer = _apart(some, second) < _apart(some, first)
        first = _mean_point(some, (its_cloth & ~nearer).astype(np.float32), first)
        second = _mean_point(some, (its_cloth & nearer).astype(np.float32), second)
    groups[torn] = nearer if len(torn) else 0
    return groups


def _largest_step(
    points: NDArray[np.float32], cloth: NDArray[np.bool_], side: int
) -> NDArray[np.float32]:
    """The farthest that neighboring subsamples of a pixel, both cloth, are apart: meters."""
    grid = points.reshape(-1, side, side, 3)
    here = cloth.reshape(-1, side, side)
    largest = np.zeros(len(points), np.float32)
    for axis in (1, 2):
        step = np.linalg.norm(np.diff(grid, axis=axis), axis=-1)
        both = np.minimum(
            np.take(here, range(1, side), axis), np.take(here, range(side - 1), axis)
        )
        largest = np.maximum(largest, (step * both).max(axis=(1, 2), initial=0))
    return largest


def _apart(points: NDArray[np.float32], point: NDArray[np.float32]) -> NDArray[np.float32]:
    distance: NDArray[np.float32] = np.linalg.norm(points - point[:, np.newaxis], axis=-1)
    return distance


def _mean_point(
    points: NDArray[np.float32], weight: NDArray[np.float32], otherwise: NDArray[np.float32]
) -> NDArray[np.float32]:
    """The weighted mean of each pixel's points; `otherwise` where nothing has weight."""
    total = weight.sum(axis=1)[:, np.newaxis]
    mean = np.einsum("ij,ijk->ik", weight, points) / np.maximum(total, 1e-9)
    return np.where(total > 0, mean, otherwise).astype(np.float32)


def _whole_shares(
    weight: NDArray[np.float32], groups: NDArray[np.int8], cloth: NDArray[np.bool_]
) -> list[NDArray[np.uint8]]:
    """Both groups' shares in steps of 1/255, together 255 where there is nothing but cloth."""
    total = np.where(cloth.all(axis=1), 255, np.rint(weight.sum(axis=1) * 255))
    second = np.minimum(np.rint((weight * (groups == 1)).sum(axis=1) * 255), total)
    return [(total - second).astype(np.uint8), second.astype(np.uint8)]


def _piece(
    index: NDArray[np.int32],
    share: NDArray[np.uint8],
    points: NDArray[np.float32],
    weight: NDArray[np.float32],
) -> Pieces:
    """One group as a piece: the mean over those near its middle, so that none is between folds."""
    mean = _mean_point(points, weight, points[:, 0])
    away = np.where(weight > 0, _apart(points, mean), np.inf)
    medoid = points[np.arange(len(points)), np.argmin(away, axis=1)]
    near = weight * (_apart(points, medoid) < _PIECE_M)
    point = _mean_point(points, near, medoid)
    return Pieces(index, share, point[:, 0], point[:, 1], medoid[:, 2] > 0)


def _by_size(one: Pieces, other: Pieces) -> tuple[Pieces, Pieces]:
    """The larger pieces, and the smaller ones where there are two."""
    swap = other.shares > one.shares
    larger = _chosen(swap, other, one)
    smaller = _chosen(swap, one, other)
    return _kept(larger, larger.shares > 0), _kept(smaller, smaller.shares > 0)


def _chosen(where: NDArray[np.bool_], one: Pieces, other: Pieces) -> Pieces:
    return Pieces(
        *(
            np.where(where, getattr(one, name), getattr(other, name))
            for name in ("index", "shares", "s", "t", "reverse")
        )
    )


def _kept(all_: Pieces, which: NDArray[np.bool_]) -> Pieces:
    return Pieces(
        *(getattr(all_, name)[which] for name in ("index", "shares", "s", "t", "reverse"))
    )
