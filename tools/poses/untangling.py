"""Pulls cloth out of itself where it passes through."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tools.poses.compiling import compiled
from tools.poses.crossings import find_crossings, mesh_edges

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Indices = NDArray[np.int64]


def untangle(
    places: NDArray[np.float64],
    triangles: NDArray[np.int64],
    mobility: NDArray[np.float64],
    rounds: int = 40,
    stride: float = 0.0015,
) -> NDArray[np.float64]:
    """
    Shorten the lines along which a mesh passes through itself, until none are left.

    Parameters
    ----------
    places : ndarray of float64, shape (N, 3)
        Meters.
    triangles : ndarray of int64, shape (M, 3)
        Corners.
    mobility : ndarray of float64, shape (N,)
        0 for points that stay.
    rounds : int
        Most rounds of search and move.
    stride : float
        How far an edge moves against a triangle in one round, meters.

    Returns
    -------
    ndarray of float64, shape (N, 3)
        Meters. Points far from crossings are where they were.

    References
    ----------
    Volino and Magnenat-Thalmann, "Resolving Surface Collisions through Intersection
    Contour Minimization", SIGGRAPH 2006, section 3.
    """
    x = np.ascontiguousarray(places, dtype=np.float64).copy()
    faces = _faces_of_edges(triangles)
    edges = mesh_edges(triangles)
    codes = edges[:, 0] * len(x) + edges[:, 1]
    for _ in range(rounds):
        found = find_crossings(x, triangles)
        if len(found) == 0:
            break
        index = np.searchsorted(codes, found.edges[:, 0] * len(x) + found.edges[:, 1])
        push, weight = np.zeros_like(x), np.zeros(len(x))
        _gather(
            x,
            triangles,
            mobility,
            (found.edges, faces[index], found.triangles, found.shares),
            push,
            weight,
        )
        x += stride * push / np.maximum(weight, 1.0)[:, np.newaxis]
    return x


def _faces_of_edges(triangles: NDArray[np.int64]) -> NDArray[np.int64]:
    """List the one or two triangles at each edge of `mesh_edges`; -1 for none."""
    sides = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    _, index = np.unique(np.sort(sides, axis=1), axis=0, return_inverse=True)
    order = np.argsort(index.ravel(), kind="stable")
    edge, face = index.ravel()[order], np.tile(np.arange(len(triangles)), 3)[order]
    second = np.concatenate([[False], edge[1:] == edge[:-1]])
    table = np.full((edge.max() + 1, 2), -1, np.int64)
    table[edge[~second], 0] = face[~second]
    table[edge[second], 1] = face[second]
    return table


@compiled
def _normal(x: Floats, corners: Indices, found: Floats) -> None:
    a, b, c = corners
    for k in range(3):
        m, n = (k + 1) % 3, (k + 2) % 3
        found[k] = (x[b, m] - x[a, m]) * (x[c, n] - x[a, n])
        found[k] -= (x[b, n] - x[a, n]) * (x[c, m] - x[a, m])
    size = np.sqrt(found[0] ** 2 + found[1] ** 2 + found[2] ** 2) + 1e-15
    for k in range(3):
        found[k] /= size


@compiled
def _gather(
    x: Floats,
    triangles: Indices,
    mobility: Floats,
    crossings: tuple[Indices, Indices, Indices, Floats],
    push: Floats,
    weight: Floats,
) -> None:
    """Add up, for every point, the unit moves that shorten the lines of crossing."""
    edges, faces, pierced, shares = crossings
    normal, move = np.zeros(3), np.zeros(3)
    for p in range(len(edges)):
        i, j = edges[p, 0], edges[p, 1]
        _normal(x, triangles[pierced[p]], normal)
        move[:] = 0.0
        for side in range(2):
            if faces[p, side] >= 0:
                _shorten(x, i, j, triangles[faces[p, side]], normal, move)
        size = np.sqrt(move[0] ** 2 + move[1] ** 2 + move[2] ** 2)
        if size < 1e-9:
            continue
        a, b, c = triangles[pierced[p]]
        points = (i, j, a, b, c)
        parts = (1 - shares[p], shares[p], -1 / 3, -1 / 3, -1 / 3)
        for q in range(5):
            if mobility[points[q]] > 0.0:
                for k in range(3):
                    push[points[q], k] += parts[q] * move[k] / size
                weight[points[q]] += abs(parts[q])


@compiled
def _shorten(x: Floats, i: int, j: int, face: Indices, normal: Floats, move: Floats) -> None:
    """Add to `move` where the edge from i to j must go to shorten its crossing in `face`."""
    other, line = np.zeros(3), np.zeros(3)
    _normal(x, face, other)
    tip = face[0]
    for corner in range(1, 3):
        if tip in (i, j):
            tip = face[corner]
    square, lean, steep = 1e-15, 0.0, 0.0
    for k in range(3):
        m, n = (k + 1) % 3, (k + 2) % 3
        line[k] = normal[m] * other[n] - normal[n] * other[m]
        square += (x[j, k] - x[i, k]) ** 2
        lean += (x[tip, k] - x[i, k]) * (x[j, k] - x[i, k])
        steep += (x[j, k] - x[i, k]) * normal[k]
    length = np.sqrt(line[0] ** 2 + line[1] ** 2 + line[2] ** 2)
    if length < 1e-9:
        return
    facing, slip = 0.0, 0.0
    for k in range(3):
        facing += line[k] * (x[tip, k] - x[i, k] - lean / square * (x[j, k] - x[i, k]))
        slip += line[k] * (x[j, k] - x[i, k]) / length
    sign = 1.0 if facing > 0 else -1.0
    # An edge almost in the triangle's plane would be sent to infinity.
    slip = min(max(sign * slip / steep, -5.0), 5.0) if abs(steep) > 1e-7 else 0.0
    for k in range(3):
        move[k] += sign * line[k] / length - slip * normal[k]
