"""The last touch on a cloth at rest: what lies under does not show through."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tools.poses.physics.crossings import find_crossings, grid_triangles

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tools.poses.wrapping.distance import DistanceField
    from tools.poses.wrapping.wrap import Wrap

_SKIN_APART_M = 0.003
_DEEPEST_M = 0.005
"""Deeper inside, the nearest way out may be the wrong one."""

_STACK_M = 0.125
"""Cloth closer to the shoulder than this is the pin's."""

_ROUNDS = 12


def lifted(places: NDArray[np.float64], wrap: Wrap, skin: DistanceField) -> NDArray[np.float64]:
    """
    Move the cloth outward where a triangle is closer to the skin than cloth is thick.

    The simulation keeps points off a softened body; the middle of a triangle may still
    be pierced by what the softening took away.

    Parameters
    ----------
    places : ndarray of float64, shape (columns, rows, 3)
        Meters.
    wrap : Wrap
        Knows which points are held or tucked.
    skin : DistanceField
        The body without petticoat, not softened.

    Returns
    -------
    ndarray of float64, shape (columns, rows, 3)
        Meters. Points that are held, or far from the skin, are where they were.
    """
    triangles = grid_triangles(~wrap.tucked)
    at_shoulder = np.abs(wrap.s[:, np.newaxis] - wrap.shoulder_s) < _STACK_M
    free = ~(wrap.pinned | wrap.stitched | at_shoulder).ravel()
    x = places.reshape(-1, 3).copy()
    for _ in range(_ROUNDS):
        corners = x[triangles]
        middle = corners.mean(axis=1)
        samples = [middle, *(0.5 * (corners[:, k] + corners[:, k - 1]) for k in range(3))]
        lack = _SKIN_APART_M - np.min([skin.at(sample) for sample in samples], axis=0)
        near = np.nonzero((lack > 0) & (lack < _SKIN_APART_M + _DEEPEST_M))[0]
        if len(near) == 0:
            break
        move, count = np.zeros_like(x), np.zeros(len(x))
        for corner in range(3):
            points = triangles[near, corner]
            np.add.at(move, points, skin.slope(middle[near]) * lack[near, np.newaxis])
            np.add.at(count, points, 1.0)
        x += free[:, np.newaxis] * move / np.maximum(count, 1.0)[:, np.newaxis]
    return _uncrossed(x, places.reshape(-1, 3), triangles).reshape(places.shape)


def _uncrossed(
    x: NDArray[np.float64], before: NDArray[np.float64], triangles: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Take back what made cloth pass through cloth."""
    moved = (x != before).any(axis=1)
    for _ in range(_ROUNDS):
        found = find_crossings(x, triangles)
        back = np.zeros(len(x), bool)
        back[found.edges] = True
        back[triangles[found.triangles]] = True
        back &= moved
        if not back.any():
            break
        x[back], moved[back] = before[back], False
    return x
