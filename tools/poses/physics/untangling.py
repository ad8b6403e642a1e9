"""Leading cloth that passes through itself back to the order its layers should have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import gaussian_filter

from tools.poses.physics.crossings import find_crossings, grid_triangles

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tools.poses.physics.crossings import Crossings

_STEP_M = 0.0008
_SHRINKING = 0.99
_SPREAD = 0.5
"""How far a push spreads over the grid: one jagged point would cross something else."""

_FULL = 0.35


def untangled(
    places: NDArray[np.float64],
    order: NDArray[np.float64],
    shown: NDArray[np.bool_],
    outward: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    rounds: int = 80,
) -> NDArray[np.float64]:
    """
    Push crossing layers apart, the one that belongs outside outward and the other inward.

    Parameters
    ----------
    places : ndarray of float64, shape (columns, rows, 3)
        Meters. Crossings should be shallow, a few millimeters.
    order : ndarray of float64, shape (columns, rows)
        Larger lies farther out.
    shown : ndarray of bool, shape (columns, rows)
        Cloth that is looked at.
    outward : callable
        Finds unit directions at places.
    rounds : int
        How often to push at most.

    Returns
    -------
    ndarray of float64, shape (columns, rows, 3)
        Meters; the best of the rounds, which need not be without crossings.
    """
    triangles = grid_triangles(shown)
    x, best, fewest = places.reshape(-1, 3), places.reshape(-1, 3), -1
    for turn in range(rounds):
        found = find_crossings(x, triangles)
        if fewest < 0 or len(found) < fewest:
            best, fewest = x, len(found)
        if len(found) == 0:
            break
        push = _pushes(found, triangles, order.ravel())
        spread = gaussian_filter(push.reshape(shown.shape), _SPREAD) / _FULL
        step = _STEP_M * _SHRINKING**turn * np.clip(spread, -1.0, 1.0).ravel()
        x = x + step[:, np.newaxis] * outward(x)
    return best.reshape(places.shape)


def _pushes(
    found: Crossings, triangles: NDArray[np.int64], order: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Say of every point whether it must go outward (1) or inward (-1), or between."""
    edges, corners = found.edges, triangles[found.triangles]
    edge = (1 - found.shares) * order[edges[:, 0]] + found.shares * order[edges[:, 1]]
    over = np.sign(edge - order[corners].mean(axis=1))
    push, count = np.zeros(len(order)), np.zeros(len(order))
    for points, way in [*((end, over) for end in edges.T), *((c, -over) for c in corners.T)]:
        np.add.at(push, points, way)
        np.add.at(count, points, 1.0)
    return push / np.maximum(count, 1.0)
