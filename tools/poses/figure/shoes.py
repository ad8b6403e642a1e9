"""Closed slippers with a pointed toe, in place of the bare feet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tools.poses.figure.makehuman import Figure, merged

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Along the foot from heel to toe, meters: y, center x, half width, top.
_LAST = np.array(
    [
        [0.036, 0.179, 0.006, 0.034],
        [0.031, 0.179, 0.017, 0.048],
        [0.014, 0.180, 0.026, 0.058],
        [-0.020, 0.182, 0.029, 0.061],
        [-0.055, 0.183, 0.031, 0.055],
        [-0.090, 0.183, 0.035, 0.044],
        [-0.125, 0.181, 0.037, 0.034],
        [-0.150, 0.177, 0.034, 0.027],
        [-0.172, 0.172, 0.027, 0.022],
        [-0.188, 0.168, 0.018, 0.018],
        [-0.199, 0.165, 0.010, 0.015],
        [-0.204, 0.163, 0.005, 0.012],
        [-0.206, 0.163, 0.002, 0.010],
    ]
)
_COLUMNS = 20
_SOLE_M = 0.006


def shod(figure: Figure) -> Figure:
    """Replace both feet of `figure`, 1.76 m tall and at rest, by slippers."""
    bare = figure.vertices[:, 2] < 0.075
    figure = merged(figure, np.zeros((0, 3)), figure.faces[~bare[figure.faces].all(axis=1)], {})
    for side, out in (("L", 1.0), ("R", -1.0)):
        places, faces = _slipper()
        places, faces = places * [out, 1, 1], faces if out > 0 else faces[:, ::-1]
        grown = np.concatenate([figure.faces, len(figure.vertices) + faces]).astype(np.int32)
        figure = merged(figure, places, grown, {f"foot.{side}": np.ones(len(places))})
    return figure


def _slipper() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Loft the left slipper; places (N, 3), faces (M, 4), outward."""
    angle = np.arange(_COLUMNS) / _COLUMNS * 2 * np.pi
    rings = []
    for y, center, half, top in _LAST:
        side = np.sign(np.cos(angle)) * abs(np.cos(angle)) ** 0.8
        rise = np.sin(angle)
        # Flat below, arched above.
        z = np.where(rise < 0, _SOLE_M * (1 - abs(rise) ** 0.25), _SOLE_M + (top - _SOLE_M) * rise)
        rings.append(np.stack([center + half * side, np.full(_COLUMNS, y), z], axis=1))
    index = np.arange(len(rings) * _COLUMNS).reshape(len(rings), _COLUMNS)
    right = np.roll(index, -1, axis=1)
    tube = np.stack([index[:-1], index[1:], right[1:], right[:-1]], axis=-1).reshape(-1, 4)
    caps = []
    for ring, turn in ((index[0], 1), (index[-1], -1)):
        rows = [
            [ring[i], ring[i + 1], ring[_COLUMNS - 2 - i], ring[_COLUMNS - 1 - i]]
            for i in range(_COLUMNS // 2 - 1)
        ]
        caps.append(np.array(rows)[:, ::turn])
    places = np.concatenate(rings)
    faces = np.concatenate([tube, *caps])
    corners = places[tube]
    facing = np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])
    away = corners.mean(axis=1) - [0.18, 0, 0.03]
    return places, faces if np.sum((facing * away)[:, [0, 2]]) > 0 else faces[:, ::-1]
