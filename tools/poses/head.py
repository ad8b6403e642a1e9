"""An abstract head: the face of the base mesh gives way to a smooth egg on a slender neck."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tools.poses import surface
from tools.poses.makehuman import Figure, merged

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CUT_M, _TILT = 1.505, 0.2
_EGG = np.array([0.0, -0.052, 1.652])
_HALF = np.array([0.0695, 0.0925, 0.110])
_NECK = (np.array([0.0, -0.006, 1.44]), np.array([0.0, -0.036, 1.62]))
_NECK_RADII_M = (0.0490, 0.0405)
_BLEND_M = 0.034
_RINGS = 26
_MEETING = 7
"""Rings over which the mesh's own neck passes into the new one."""


def replaced(figure: Figure, head_share: NDArray[np.float64]) -> Figure:
    """
    Give `figure`, 1.76 m tall and at rest, an abstract head.

    Parameters
    ----------
    figure : Figure
    head_share : ndarray of float64, shape (N,)
        How much of each vertex neck and head move.
    """
    height = figure.vertices[:, 2] - _TILT * (figure.vertices[:, 1] + 0.02)
    kept = figure.faces[((height < _CUT_M) | (head_share < 0.3))[figure.faces].all(axis=1)]
    (loop,) = surface.loops_of(surface.rim_of(kept))
    rings, shares = _rings(figure.vertices[loop])
    count, columns = len(figure.vertices), len(loop)
    index = np.concatenate([[loop], count + np.arange(rings.size // 3).reshape(-1, columns)])
    # The rim runs as its faces do, so the new faces run it the other way.
    right = np.roll(index, -1, axis=1)
    tube = np.stack([index[:-1], index[1:], right[1:], right[:-1]], axis=-1)[..., ::-1]
    pole = count + rings.size // 3
    last = index[-1]
    cap = np.stack(
        [np.full(columns // 2, pole), last[::2], np.roll(last, -1)[::2], np.roll(last, -2)[::2]],
        axis=1,
    )[:, ::-1]
    top = rings[-1].mean(axis=0) + np.array([0, 0, 0.0006])
    grown = np.concatenate([rings.reshape(-1, 3), [top]])
    head = np.concatenate([np.repeat(shares, columns), [1.0]])
    faces = np.concatenate([kept, _outward(tube.reshape(-1, 4), cap, grown, figure)])
    made = merged(figure, grown, faces.astype(np.int32), {"head": head, "neck02": 1 - head})
    return _evened(made, np.concatenate([head_share, np.ones(len(grown))]))


def _evened(figure: Figure, head_share: NDArray[np.float64]) -> Figure:
    """Smooth away the cords and hollows where the mesh's neck passes into the new one."""
    z = figure.vertices[:, 2]
    low = np.clip((z - 1.425) / 0.04, 0, 1) * np.clip((head_share - 0.05) / 0.2, 0, 1)
    share = low * np.clip((1.585 - z) / 0.03, 0, 1)
    return replace(
        figure, vertices=surface.smoothed(figure.vertices, figure.faces, share, times=40)
    )


def _outward(
    tube: NDArray[np.int64], cap: NDArray[np.int64], grown: NDArray[np.float64], figure: Figure
) -> NDArray[np.int64]:
    """Turn the new faces to look away from the head's axis."""
    faces = np.concatenate([tube, cap])
    corners = np.concatenate([figure.vertices, grown])[faces]
    facing = np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])
    away = (corners.mean(axis=1) - [0, -0.04, 1.62]) * [1, 1, 0.5]
    return faces if np.sum(facing * away) > 0 else faces[:, ::-1]


def _rings(start: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lay rings of points from the cut neck `start` up to the crown; and the head's share."""
    center = np.array([0.0, -0.0215, 1.497])
    angle = np.arctan2(start[:, 0], -(start[:, 1] - center[1]))
    turn = np.unwrap(angle)
    even = np.sign(turn[-1] - turn[0]) * np.arange(len(turn)) / len(turn) * 2 * np.pi
    even += np.mean(turn - even)
    own_radius = np.hypot(start[:, 0], start[:, 1] - center[1])
    own_height = start[:, 2] - (center[2] + _TILT * (start[:, 1] - center[1]))
    rings = []
    steps = np.arange(1, _RINGS + 1) / _RINGS
    for number, step in enumerate(steps, start=1):
        axis_point, tilt = _axis(step, center)
        across, up = _plane(tilt)
        own = np.clip(1 - number / _MEETING, 0, 1)
        own = own * own * (3 - 2 * own)
        way = even + own * (turn - even)
        ways = np.sin(way)[:, None] * [1.0, 0, 0] - np.cos(way)[:, None] * across
        radius = _reach(axis_point, ways)
        radius = radius + own * (own_radius - radius)
        rings.append(axis_point + ways * radius[:, None] + up * (own_height * own)[:, None])
    share = np.clip(np.arange(1, _RINGS + 1) / 6, 0, 1)
    return np.array(rings), share * share * (3 - 2 * share)


def _axis(step: float, start: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Give the ring's center and its slope: level at the crown, low in front at the chin."""
    crown = _EGG[2] + _HALF[2]
    # Equal steps of arc over the crown, nearly equal ones below.
    low = start[2]
    height = low + (crown - low) * (1.0 - (1.0 - step) ** 1.35) * 0.9985
    share = np.clip((height - low) / (_EGG[2] - low), 0, 1)
    back = start[1] + (_EGG[1] - start[1]) * share
    tilt = np.interp(height, [low, 1.56, 1.60, 1.66, 1.74], [_TILT, 0.42, 0.40, 0.12, 0.0])
    return np.array([0.0, back, height]), float(tilt)


def _plane(tilt: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    across = np.array([0.0, 1.0, tilt]) / np.hypot(1, tilt)
    return across, np.array([0.0, -across[2], across[1]])


def _reach(center: NDArray[np.float64], ways: NDArray[np.float64]) -> NDArray[np.float64]:
    """Find how far from `center` the head's surface lies along each direction, in meters."""
    near, far = np.zeros(len(ways)), np.full(len(ways), 0.2)
    for _ in range(40):
        middle = (near + far) / 2
        inside = _distance(center + ways * middle[:, None]) < 0
        near, far = np.where(inside, middle, near), np.where(inside, far, middle)
    return near


def _distance(place: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give about the signed distance to egg and neck, melted together; shape (N,)."""
    egg, neck = _egg(place), _neck(place)
    mix = np.clip(0.5 + 0.5 * (neck - egg) / _BLEND_M, 0, 1)
    return np.asarray(neck * (1 - mix) + egg * mix - _BLEND_M * mix * (1 - mix))


def _egg(place: NDArray[np.float64]) -> NDArray[np.float64]:
    x, y, z = ((place - _EGG) / _HALF).T
    low = np.clip(-z, 0, 1.2)
    # Towards the chin: narrower, and leaning forward out from over the throat.
    x = x / (1 - 0.34 * low**1.4)
    y = (y + 0.26 * low**1.6) / np.where(y + 0.26 * low**1.6 > 0, 1 - 0.40 * low**1.2, 1)
    y = y / np.where(y < 0, 1 - 0.16 * low**1.6, 1.0)
    return np.asarray((np.sqrt(x * x + y * y + z * z) - 1) * 0.075)


def _neck(place: NDArray[np.float64]) -> NDArray[np.float64]:
    start, end = _NECK
    way = end - start
    share = (place - start) @ way / (way @ way)
    radius = _NECK_RADII_M[0] + (_NECK_RADII_M[1] - _NECK_RADII_M[0]) * np.clip(share, 0, 1)
    off = place - start - share[:, None] * way
    tube = np.hypot(off[:, 0] * 1.04, np.hypot(off[:, 1], off[:, 2])) - radius
    return np.asarray(np.maximum(tube, (share - 1.0) * float(np.linalg.norm(way))))
