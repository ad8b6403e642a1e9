"""An abstract head: the base mesh's own, seen as a radius around its axis and softened."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from tools.poses.figure import surface
from tools.poses.figure.makehuman import Figure, merged
from tools.poses.figure.unrolling import COLUMNS, LEAN, LOW, ROWS, looked_up, ring_at, unrolled

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CUT_M = 1.505

_RINGS = 52
_MEETING = 6
"""Rings over which the mesh's own neck passes into the new one."""

_BLUR_CELLS = (2.4, 4.6)
_SLIMMER, _NARROWER = 0.12, 0.06
"""By how much the neck is slimmer and the head narrower than the mesh's."""


def replaced(figure: Figure, head_share: NDArray[np.float64]) -> Figure:
    """
    Give `figure`, 1.76 m tall and at rest, an abstract head.

    Parameters
    ----------
    figure : Figure
    head_share : ndarray of float64, shape (N,)
        How much of each vertex neck and head move.
    """
    height = figure.vertices[:, 2] - LEAN * (figure.vertices[:, 1] + 0.02)
    neck = ((height < _CUT_M) | (head_share < 0.3))[figure.faces].all(axis=1)
    kept = figure.faces[neck]
    (loop,) = surface.loops_of(surface.rim_of(kept))
    radii = _softened(unrolled(figure.vertices, surface.triangles(figure.faces[~neck])))
    rings, shares = _rings(figure.vertices[loop], radii)
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
    top = rings[-1].mean(axis=0) + np.array([0, 0, 0.0001])
    grown = np.concatenate([rings.reshape(-1, 3), [top]])
    head = np.concatenate([np.repeat(shares, columns), [1.0]])
    faces = np.concatenate([kept, _outward(tube.reshape(-1, 4), cap, grown, figure)])
    made = merged(figure, grown, faces.astype(np.int32), {"head": head, "neck02": 1 - head})
    return _evened(made, np.concatenate([head_share, np.ones(len(grown))]))


def _evened(figure: Figure, head_share: NDArray[np.float64]) -> Figure:
    """Smooth away the cords and hollows where the mesh's neck passes into the new one."""
    z = figure.vertices[:, 2]
    low = np.clip((z - 1.425) / 0.04, 0, 1) * np.clip((head_share - 0.05) / 0.2, 0, 1)
    share = low * np.clip((1.553 - z + 0.3 * (figure.vertices[:, 1] + 0.03)) / 0.03, 0, 1)
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


def _rings(
    start: NDArray[np.float64], radii: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lay rings of points from the cut neck `start` up to the crown; and the head's share."""
    center = LOW
    angle = np.arctan2(start[:, 0], -(start[:, 1] - center[1]))
    turn = np.unwrap(angle)
    even = np.sign(turn[-1] - turn[0]) * np.arange(len(turn)) / len(turn) * 2 * np.pi
    even += np.mean(turn - even)
    own_radius = np.hypot(start[:, 0], start[:, 1] - center[1])
    own_height = start[:, 2] - (center[2] + LEAN * (start[:, 1] - center[1]))
    rings = []
    places = 2 * np.arange(1, _RINGS + 1) / (_RINGS + 0.6)
    for number, place in enumerate(places, start=1):
        ring = ring_at(place)
        own = np.clip(1 - number / _MEETING, 0, 1)
        own = own * own * (3 - 2 * own)
        way = even + own * (turn - even)
        radius = looked_up(radii, place, way)
        radius = radius + own * (own_radius - radius)
        lift = ring.up * (own_height * own)[:, None]
        rings.append(ring.origin + ring.ways(way) * radius[:, None] + lift)
    share = np.clip(np.arange(1, _RINGS + 1) / 12, 0, 1)
    return np.array(rings), share * share * (3 - 2 * share)


def _softened(radii: NDArray[np.float64]) -> NDArray[np.float64]:
    """Leave of an unrolled head what a shop mannequin shows: skull, brow, nose, jaw and neck."""
    place = (np.arange(ROWS) + 0.5)[:, None] / ROWS * 2
    angle = (np.arange(COLUMNS) + 0.5) / COLUMNS * 2 * np.pi
    aside = np.abs(np.mod(angle + np.pi, 2 * np.pi) - np.pi)
    ear = (abs(aside - 1.43) < 0.32) & (abs(place - 0.68) < 0.18)
    whole = _bridged(np.where(ear, 0, radii))
    whole = (whole + whole[:, (-1 - np.arange(COLUMNS)) % COLUMNS]) / 2
    some, more = (_blurred(whole, cells) for cells in _BLUR_CELLS)
    # Eyes, nostrils and mouth go; between them the nose's ridge stays.
    face = np.clip((1.15 - aside) / 0.5, 0, 1) * np.clip((place - 0.40) / 0.1, 0, 1)
    face = face * np.clip((1.10 - place) / 0.1, 0, 1)
    nose = np.clip(1 - aside / 0.30, 0, 1) * np.clip((place - 0.62) / 0.1, 0, 1)
    # So do the cords of the neck.
    nape = np.clip((0.75 - place) / 0.1, 0, 1) * np.clip((aside - 1.2) / 0.3, 0, 1)
    share = np.maximum(face * (1 - 0.8 * nose), nape)
    share = np.maximum(
        share, np.maximum(_blurred(ear.astype(float), 5.0), np.clip(place - 1, 0, 0.2) * 5)
    )
    slim = 1 - _SLIMMER * np.exp(-0.5 * ((place - 0.12) / 0.16) ** 2)
    # More so at the jaw than at the temples.
    jaw = np.clip((place - 0.3) / 0.2, 0, 1) * (1 + np.clip((1.0 - place) / 0.4, 0, 1))
    narrow = 1 - _NARROWER * np.sin(aside) ** 2 * jaw * np.clip((1.95 - place) / 0.8, 0, 1)
    soft = (some * (1 - share) + more * share) * slim * narrow
    # At the crown all directions meet in one point.
    pole = np.clip((place - 1.86) / 0.1, 0, 1)
    return np.asarray(soft + pole * (soft.mean(axis=1, keepdims=True) - soft))


def _bridged(radii: NDArray[np.float64]) -> NDArray[np.float64]:
    """Fill what is 0 from what is around it, near or else farther away."""
    filled = radii.copy()
    for cells in (1.5, 4.0, 9.0, 20.0):
        share, total = _blurred((filled > 0).astype(float), cells), _blurred(filled, cells)
        fresh = (filled == 0) & (share > 0.08)
        filled[fresh] = total[fresh] / share[fresh]
    return filled


def _blurred(radii: NDArray[np.float64], cells: float) -> NDArray[np.float64]:
    """Blur round the axis and over the crown."""
    beyond = np.roll(radii[: -ROWS // 3 : -1], COLUMNS // 2, axis=1)
    over = np.concatenate([radii, beyond])
    return np.asarray(ndimage.gaussian_filter(over, cells, mode=("nearest", "wrap"))[:ROWS])
