"""Space in cells, so that what is near is found without looking at everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tools.poses.compiling import compiled
from tools.poses.physics.gaps import nearest_of_edges, nearest_of_triangle

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Indices = NDArray[np.int64]
    Flags = NDArray[np.bool_]

_CELLS = 1 << 17


@compiled
def cell_of(x: float, y: float, z: float, size: int) -> int:
    """Hash a cell of space into a table of `size` lists (a power of two)."""
    return ((int(x) * 73856093) ^ (int(y) * 19349663) ^ (int(z) * 83492791)) & (size - 1)


@compiled
def box_of(
    x: Floats, points: Indices, wider: float, cell: float, box: tuple[Indices, Indices]
) -> None:
    """Find the first and last cell, along each axis, of the widened box round some points."""
    for k in range(3):
        least, most = x[points[0], k], x[points[0], k]
        for i in points[1:]:
            least, most = min(least, x[i, k]), max(most, x[i, k])
        box[0][k] = int(np.floor((least - wider) / cell))
        box[1][k] = int(np.floor((most + wider) / cell))


@compiled
def cells_of(  # noqa: C901 - a compiled loop over cells
    x: Floats, parts: Indices, active: Flags, cell: float, size: int
) -> tuple[Indices, Indices]:
    """
    List edges or triangles by every cell that their box touches.

    Parameters
    ----------
    x : ndarray of float64, shape (N, 3)
        Places, meters.
    parts : ndarray of int64, shape (M, points)
        The points of each edge or triangle.
    active : ndarray of bool, shape (M,)
        Which of them to list.
    cell : float
        Meters.
    size : int
        Number of lists, a power of two; far cells may share one.

    Returns
    -------
    begins, order : ndarray of int64
        List h is order[begins[h] : begins[h + 1]]. It may name a part twice.
    """
    box = (np.empty(3, np.int64), np.empty(3, np.int64))
    begins = np.zeros(size + 1, np.int64)
    order = np.empty(0, np.int64)
    for turn in range(2):
        for p in range(len(parts)):
            if not active[p]:
                continue
            box_of(x, parts[p], 0.0, cell, box)
            for cx in range(box[0][0], box[1][0] + 1):
                for cy in range(box[0][1], box[1][1] + 1):
                    for cz in range(box[0][2], box[1][2] + 1):
                        h = cell_of(cx, cy, cz, size)
                        if turn == 1:
                            order[begins[h]] = p
                        begins[h + 1 - turn] += 1
        if turn == 0:
            for h in range(size):
                begins[h + 1] += begins[h]
            order = np.empty(begins[size], np.int64)
    # Filling has moved each begin to its end, which is the next one's begin.
    begins[1:] = begins[:-1].copy()
    begins[0] = 0
    return begins, order


@compiled
def find_near(  # noqa: C901 - a compiled loop over cells
    x: Floats,
    ones: Indices,
    others: Indices,
    active: tuple[Flags, Flags],
    near: tuple[float, float],
    found: Indices,
) -> int:
    """
    List the points near a triangle, or the edges near an edge, that have no point in common.

    Parameters
    ----------
    x : ndarray of float64, shape (N, 3)
        Places, meters.
    ones : ndarray of int64, shape (M, 1) or (M, 2)
        Points, or edges.
    others : ndarray of int64, shape (K, 3) or (K, 2)
        Triangles, or the same edges.
    active : tuple
        Which of each take part.
    near : tuple of float
        How far is near, and the size of a cell, meters.
    found : ndarray of int64, shape (most, 4)
        Becomes the points of both.

    Returns
    -------
    int
        How many there are, even where there is no room for them.
    """
    reach, cell = near
    begins, order = cells_of(x, others, active[1], cell, _CELLS)
    box = (np.empty(3, np.int64), np.empty(3, np.int64))
    latest = np.full(len(others), -1, np.int64)
    shares, pair = np.empty(4), np.empty(4, np.int64)
    width = ones.shape[1]
    count = 0
    for e in range(len(ones)):
        if not active[0][e]:
            continue
        pair[:width] = ones[e]
        box_of(x, ones[e], reach, cell, box)
        for cx in range(box[0][0], box[1][0] + 1):
            for cy in range(box[0][1], box[1][1] + 1):
                for cz in range(box[0][2], box[1][2] + 1):
                    h = cell_of(cx, cy, cz, _CELLS)
                    for k in range(begins[h], begins[h + 1]):
                        f = order[k]
                        if latest[f] == e or (width == 2 and f <= e):
                            continue
                        latest[f] = e
                        pair[width:] = others[f]
                        if _near(x, pair, width, reach, shares):
                            if count < len(found):
                                found[count] = pair
                            count += 1
    return count


@compiled
def _near(  # noqa: C901 - a compiled loop over corners
    x: Floats, pair: Indices, width: int, reach: float, shares: Floats
) -> bool:
    """Say whether two parts without a common point are within reach."""
    for k in range(width):
        for m in range(width, 4):
            if pair[k] == pair[m]:
                return False
    for axis in range(3):
        low, high = x[pair[0], axis], x[pair[0], axis]
        if width == 2:
            low, high = min(low, x[pair[1], axis]), max(high, x[pair[1], axis])
        least, most = x[pair[3], axis], x[pair[3], axis]
        for m in range(width, 3):
            least, most = min(least, x[pair[m], axis]), max(most, x[pair[m], axis])
        if least - high > reach or low - most > reach:
            return False
    if width == 1:
        return bool(nearest_of_triangle(x, pair, shares) < reach)
    return bool(nearest_of_edges(x, pair, shares) < reach)
