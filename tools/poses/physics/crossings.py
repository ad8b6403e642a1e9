"""Where the cloth passes through itself or into the body."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tools.poses.compiling import compiled
from tools.poses.physics.cells import box_of, cell_of, cells_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tools.poses.wrapping.distance import DistanceField

    Floats = NDArray[np.float64]
    Indices = NDArray[np.int64]

_CELLS = 1 << 17


@dataclass(frozen=True, slots=True, eq=False)
class Crossings:
    """Every thread of a mesh that passes through one of its triangles."""

    edges: NDArray[np.int64]
    """Shape (N, 2): the two points of the thread."""

    triangles: NDArray[np.int64]
    """Shape (N,): the triangle it passes through."""

    shares: NDArray[np.float64]
    """Shape (N,): where on the thread, 0..1."""

    def __len__(self) -> int:
        return len(self.edges)


def mesh_edges(triangles: NDArray[np.int64]) -> NDArray[np.int64]:
    """List each edge of a triangle mesh once, the smaller point first; shape (N, 2)."""
    sides = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    sides = np.sort(sides, axis=1)
    points = int(sides.max(initial=0)) + 1
    return np.stack(np.divmod(np.unique(sides[:, 0] * points + sides[:, 1]), points), axis=1)


def find_crossings(places: NDArray[np.float64], triangles: NDArray[np.int64]) -> Crossings:
    """
    Find where edges of a mesh pass through its triangles.

    Parameters
    ----------
    places : ndarray of float64, shape (N, 3)
        Meters.
    triangles : ndarray of int64, shape (M, 3)
        Corners. A triangle and an edge that share a point do not cross.

    Returns
    -------
    Crossings
        Sorted by edge. Touching without passing through is no crossing.
    """
    places = np.ascontiguousarray(places, dtype=np.float64)
    edges = mesh_edges(triangles)
    usual = float(np.median(np.linalg.norm(places[edges[:, 0]] - places[edges[:, 1]], axis=1)))
    most = 1 << 16
    while True:
        pairs, shares = np.zeros((most, 2), np.int64), np.zeros(most)
        count = _cross(places, triangles, edges, usual, pairs, shares)
        if count <= most:
            break
        most = 2 * count
    return Crossings(edges[pairs[:count, 0]], pairs[:count, 1], shares[:count])


def grid_triangles(shown: NDArray[np.bool_]) -> NDArray[np.int64]:
    """
    Split the cells of a grid that is to be drawn into triangles.

    Parameters
    ----------
    shown : ndarray of bool, shape (columns, rows)
        Points to draw. A cell counts when all its points do.

    Returns
    -------
    ndarray of int64, shape (N, 3)
        Points, numbered column by column.
    """
    index = np.arange(shown.size).reshape(shown.shape)
    a, b, c, d = index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]
    lower = np.stack([a, b, c], axis=-1).reshape(-1, 3)
    upper = np.stack([a, c, d], axis=-1).reshape(-1, 3)
    both = np.concatenate([lower, upper])
    return np.asarray(both[shown.ravel()[both].all(axis=1)])


def penetration(
    places: NDArray[np.float64], triangles: NDArray[np.int64], solid: DistanceField
) -> NDArray[np.float64]:
    """
    Measure how deep the middle of each triangle and its edges lies in the body.

    Parameters
    ----------
    places : ndarray of float64, shape (N, 3)
        Meters.
    triangles : ndarray of int64, shape (M, 3)
        Corners.
    solid : DistanceField
        The body.

    Returns
    -------
    ndarray of float64, shape (M,)
        Meters; 0 where the triangle is outside.
    """
    corners = places[triangles]
    middles = [
        corners.mean(axis=1),
        *(0.5 * (corners[:, k] + corners[:, k - 1]) for k in range(3)),
    ]
    deepest = np.min([solid.at(middle) for middle in middles], axis=0)
    return np.asarray(np.maximum(0.0, -deepest))


@compiled
def _cross(
    x: Floats, triangles: Indices, edges: Indices, cell: float, pairs: Indices, shares: Floats
) -> int:
    """Fill `pairs` with (edge, triangle) and `shares`; count all, even without room."""
    begins, order = cells_of(x, triangles, np.ones(len(triangles), np.bool_), cell, _CELLS)
    low, high = np.empty(3, np.int64), np.empty(3, np.int64)
    latest = np.full(len(triangles), -1, np.int64)
    count = 0
    for e in range(len(edges)):
        i, j = edges[e, 0], edges[e, 1]
        box_of(x, edges[e], 0.0, cell, (low, high))
        for cx in range(low[0], high[0] + 1):
            for cy in range(low[1], high[1] + 1):
                for cz in range(low[2], high[2] + 1):
                    h = cell_of(cx, cy, cz, _CELLS)
                    for m in range(begins[h], begins[h + 1]):
                        t = order[m]
                        # A triangle may be listed more than once.
                        if latest[t] == e:
                            continue
                        latest[t] = e
                        share = _through(x, i, j, triangles[t])
                        if share >= 0.0:
                            if count < len(pairs):
                                pairs[count, 0], pairs[count, 1] = e, t
                                shares[count] = share
                            count += 1
    return count


@compiled
def _through(x: Floats, i: int, j: int, corners: Indices) -> float:
    """Say where on the edge from i to j a triangle is passed through, or -1."""
    a, b, c = corners
    if i in (a, b, c) or j in (a, b, c):
        return -1.0
    e10, e11, e12 = x[b, 0] - x[a, 0], x[b, 1] - x[a, 1], x[b, 2] - x[a, 2]
    e20, e21, e22 = x[c, 0] - x[a, 0], x[c, 1] - x[a, 1], x[c, 2] - x[a, 2]
    d0, d1, d2 = x[j, 0] - x[i, 0], x[j, 1] - x[i, 1], x[j, 2] - x[i, 2]
    p0 = d1 * e22 - d2 * e21
    p1 = d2 * e20 - d0 * e22
    p2 = d0 * e21 - d1 * e20
    volume = e10 * p0 + e11 * p1 + e12 * p2
    if abs(volume) < 1e-18:
        return -1.0
    t0, t1, t2 = x[i, 0] - x[a, 0], x[i, 1] - x[a, 1], x[i, 2] - x[a, 2]
    u = (t0 * p0 + t1 * p1 + t2 * p2) / volume
    if u <= 0.0 or u >= 1.0:
        return -1.0
    q0 = t1 * e12 - t2 * e11
    q1 = t2 * e10 - t0 * e12
    q2 = t0 * e11 - t1 * e10
    v = (d0 * q0 + d1 * q1 + d2 * q2) / volume
    if v <= 0.0 or u + v >= 1.0:
        return -1.0
    share = (e20 * q0 + e21 * q1 + e22 * q2) / volume
    return share if 0.0 < share < 1.0 else -1.0
