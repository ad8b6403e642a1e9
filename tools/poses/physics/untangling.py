"""Leading cloth that passes through itself back out of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import gaussian_filter

from tools.poses.physics.crossings import find_crossings, grid_triangles

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tools.poses.physics.crossings import Crossings

    Floats = NDArray[np.float64]
    Indices = NDArray[np.int64]

_STEP_M = 0.001
_GENTLE = 0.2
"""Slope under which a push becomes weaker, so that what just touches is not flung apart."""

_ALONG = 0.1
"""Least sine between an edge and the triangle it passes through: nearer to it, no side is sure."""

_SPREAD = 0.5
"""How far a push spreads over the grid: one jagged point would cross something else."""

_FULL = 0.35


def untangled(
    places: NDArray[np.float64], shown: NDArray[np.bool_], rounds: int = 200
) -> NDArray[np.float64]:
    """
    Shorten the lines along which cloth passes through itself until there are none.

    Parameters
    ----------
    places : ndarray of float64, shape (columns, rows, 3)
        Meters.
    shown : ndarray of bool, shape (columns, rows)
        Cloth that is looked at.
    rounds : int
        How often to push at most.

    Returns
    -------
    ndarray of float64, shape (columns, rows, 3)
        Meters; the best of the rounds, which need not be without crossings.

    Notes
    -----
    Volino and Magnenat-Thalmann, "Resolving surface collisions through intersection contour
    minimization", 2006. It needs no history and no inside; which of two layers ends outside is
    decided by which way is shorter. A line that runs straight from rim to rim has no shorter
    neighbor, and stays.
    """
    triangles = grid_triangles(shown)
    sides = _Sides(triangles)
    x, best, fewest = places.reshape(-1, 3), places.reshape(-1, 3), -1
    for _ in range(rounds):
        found = find_crossings(x, triangles)
        if fewest < 0 or len(found) < fewest:
            best, fewest = x, len(found)
        if len(found) == 0:
            break
        push = _pushes(x, found, triangles, sides).reshape(*shown.shape, 3)
        spread = gaussian_filter(push, (_SPREAD, _SPREAD, 0)).reshape(-1, 3) / _FULL
        longest = np.linalg.norm(spread, axis=1)[:, np.newaxis]
        x = x + _STEP_M * spread / np.maximum(1.0, longest)
    return best.reshape(places.shape)


class _Sides:
    """Which triangles lie on either side of every edge of a mesh."""

    def __init__(self, triangles: Indices) -> None:
        edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
        corners = np.concatenate([triangles[:, 2], triangles[:, 0], triangles[:, 1]])
        self._points = int(triangles.max(initial=0)) + 1
        keys = self._key(np.sort(edges, axis=1))
        order = np.argsort(keys, kind="stable")
        self._keys, self._corners = keys[order], corners[order]

    def _key(self, edges: Indices) -> Indices:
        return edges[:, 0] * self._points + edges[:, 1]

    def across(self, edges: Indices, which: int) -> tuple[Indices, NDArray[np.bool_]]:
        """Name the third corner of the first (0) or second (1) triangle; say if there is one."""
        at = np.searchsorted(self._keys, self._key(edges)) + which
        at = np.minimum(at, len(self._keys) - 1)
        return self._corners[at], self._keys[at] == self._key(edges)


def _pushes(x: Floats, found: Crossings, triangles: Indices, sides: _Sides) -> Floats:
    """Find how each point should move so that the lines of crossing become shorter, in steps."""
    slope = _slopes(x, found, triangles[found.triangles], sides)
    step = slope / np.hypot(_GENTLE, np.linalg.norm(slope, axis=1))[:, np.newaxis]
    push, weight = np.zeros_like(x), np.zeros(len(x))
    third = np.full(len(found), 1 / 3)
    shares = [(found.edges[:, 0], 1 - found.shares), (found.edges[:, 1], found.shares)]
    for points, share in shares:
        np.add.at(push, points, share[:, np.newaxis] * step)
        np.add.at(weight, points, share)
    for points in triangles[found.triangles].T:
        np.add.at(push, points, -third[:, np.newaxis] * step)
        np.add.at(weight, points, third)
    return push / np.maximum(weight, 0.5)[:, np.newaxis]


def _slopes(x: Floats, found: Crossings, corners: Indices, sides: _Sides) -> Floats:
    """Find for each crossing how its line shortens as the edge moves; shape (N, 3)."""
    begin, end = x[found.edges[:, 0]], x[found.edges[:, 1]]
    a, b, c = (x[corners[:, k]] for k in range(3))
    normal, along = _unit(np.cross(b - a, c - a)), _unit(end - begin)
    sine = (along * normal).sum(axis=1)
    sine = np.copysign(np.maximum(np.abs(sine), _ALONG), sine)
    slope = np.zeros_like(normal)
    for which in (0, 1):
        corner, there = sides.across(found.edges, which)
        inward = x[corner] - begin
        line = _unit(np.cross(normal, np.cross(along, inward)))
        inward = inward - (inward * along).sum(axis=1)[:, np.newaxis] * along
        line *= np.sign((line * inward).sum(axis=1))[:, np.newaxis]
        sliding = ((line * along).sum(axis=1) / sine)[:, np.newaxis]
        slope += np.where(there[:, np.newaxis], line - sliding * normal, 0.0)
    return slope


def _unit(vectors: Floats) -> Floats:
    return np.asarray(vectors / (np.linalg.norm(vectors, axis=1)[:, np.newaxis] + 1e-15))
