"""The last touch on a cloth at rest: what lies under does not show through."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tools.poses.crossings import grid_triangles
from tools.poses.skirt import smooth

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tools.poses.distance import DistanceField
    from tools.poses.wrap import Wrap

_SKIN_APART_M = 0.003
_DEEPEST_M = 0.005
"""Deeper inside, the nearest way out may be the wrong one."""

_STACK_M = 0.125
"""Cloth closer to the shoulder than this is the pin's."""

_ROUNDS = 12
_UP_AND_FORWARD = np.array([0.0, -0.7, 0.7])


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
    return x.reshape(places.shape)


def crowned(places: NDArray[np.float64], wrap: Wrap, amount: float) -> NDArray[np.float64]:
    """
    Lift the uppermost layer on the shoulder over what a pull to the front has bared.

    Parameters
    ----------
    places : ndarray of float64, shape (columns, rows, 3)
        Meters.
    wrap : Wrap
        Knows where the shoulder is and how far its uppermost layer reaches.
    amount : float
        Meters, at the middle of the layer; it fades towards its fold and along the cloth.

    Returns
    -------
    ndarray of float64, shape (columns, rows, 3)
        Meters.
    """
    past = np.abs(wrap.s[:, np.newaxis] - wrap.shoulder_s)
    top_layer = float(wrap.t[-1]) / wrap.shoulder_folds
    within = smooth((top_layer - wrap.t) / (0.3 * top_layer))
    lift = amount * smooth((_STACK_M - past) / (0.5 * _STACK_M)) * within
    return places + lift[..., np.newaxis] * _UP_AND_FORWARD
