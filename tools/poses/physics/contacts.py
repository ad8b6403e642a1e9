"""How cloth is kept from cloth, and why it cannot pass through."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tools.poses.compiling import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Indices = NDArray[np.int64]
    Flags = NDArray[np.bool_]

_LEAST_MOBILITY = 0.05
"""Below this nothing can move enough, and dividing by it makes the cloth explode."""

_TIMID = 0.45
"""Share of a gap that each side may use up; less than a half, or they could meet."""

_LEFT = 0.1
"""Share of a gap that is left when a step ends."""

_LEAST_M = 2e-5
"""Gaps narrower than this may only widen: far below it rounding would decide who is where."""


@compiled
def distances_to_keep(
    pairs: Indices, split: int, rows: int, thickness: Floats, own: tuple[float, float]
) -> Floats:
    """
    Say how far apart the sides of each pair should be.

    Parameters
    ----------
    pairs : ndarray of int64, shape (P, 4)
        The first `split` are a point and a triangle, the others two edges.
    split, rows : int
        Where edges begin; number of grid rows.
    thickness : ndarray of float64, shape (N,)
        Distance that each point keeps from other layers, meters.
    own : tuple of float
        Cloth so many threads away at most keeps so many meters at most.

    Returns
    -------
    ndarray of float64, shape (P,)
        Meters.
    """
    wanted = np.empty(len(pairs))
    for p in range(len(pairs)):
        ones = 1 if p < split else 2
        columns, lines = 0.0, 0.0
        kept = thickness[pairs[p, 0]]
        for k in range(4):
            share = 1.0 / ones if k < ones else -1.0 / (4 - ones)
            columns += share * (pairs[p, k] // rows)
            lines += share * (pairs[p, k] % rows)
            kept = min(kept, thickness[pairs[p, k]])
        if abs(columns) < own[0] and abs(lines) < own[0]:
            kept = min(kept, own[1])
        wanted[p] = kept
    return wanted


@compiled
def keep_apart(
    x: Floats,
    before: Floats,
    mobility: Floats,
    pairs: Indices,
    near: tuple[Floats, Floats, Floats],
    friction: float,
) -> None:
    """
    Push the two sides of each pair apart, with friction.

    Parameters
    ----------
    x, before : ndarray of float64, shape (N, 3)
        Places now and one step ago, meters. `x` is changed.
    mobility : ndarray of float64, shape (N,)
        0 for held points.
    pairs : ndarray of int64, shape (P, 4)
        Point and triangle, or two edges.
    near : tuple of ndarray
        Shares, shape (P, 4); direction, shape (P, 3); distance to keep, meters, shape (P,).
    friction : float
        Share of the push that hinders sliding.
    """
    shares, away, kept = near
    for p in range(len(pairs)):
        if kept[p] <= 0.0:
            continue
        apart, total = 0.0, 0.0
        for k in range(4):
            i = pairs[p, k]
            apart += shares[p, k] * (
                away[p, 0] * x[i, 0] + away[p, 1] * x[i, 1] + away[p, 2] * x[i, 2]
            )
            total += mobility[i] * shares[p, k] * shares[p, k]
        push = kept[p] - apart
        if push <= 0.0 or total < _LEAST_MOBILITY:
            continue
        for k in range(4):
            f = push / total * mobility[pairs[p, k]] * shares[p, k]
            for axis in range(3):
                x[pairs[p, k], axis] += f * away[p, axis]
        _rub(x, before, mobility, pairs[p], shares[p], away[p], friction * push, total)


@compiled
def _rub(
    x: Floats,
    before: Floats,
    mobility: Floats,
    points: Indices,
    shares: Floats,
    away: Floats,
    most: float,
    total: float,
) -> None:
    """Take back up to `most` meters of the slide of one side along the other. Changes `x`."""
    slide0, slide1, slide2 = 0.0, 0.0, 0.0
    for k in range(4):
        slide0 += shares[k] * (x[points[k], 0] - before[points[k], 0])
        slide1 += shares[k] * (x[points[k], 1] - before[points[k], 1])
        slide2 += shares[k] * (x[points[k], 2] - before[points[k], 2])
    along = slide0 * away[0] + slide1 * away[1] + slide2 * away[2]
    slide0 -= along * away[0]
    slide1 -= along * away[1]
    slide2 -= along * away[2]
    speed = np.sqrt(slide0 * slide0 + slide1 * slide1 + slide2 * slide2)
    brake = min(1.0, most / (speed + 1e-12)) / total
    for k in range(4):
        f = brake * mobility[points[k]] * shares[k]
        x[points[k], 0] -= f * slide0
        x[points[k], 1] -= f * slide1
        x[points[k], 2] -= f * slide2


@compiled
def limit(x: Floats, before: Floats, longest: float) -> None:
    """Let no point go farther than `longest` meters from where it was. Changes `x`."""
    for i in range(len(x)):
        far = np.sqrt(_squared(x[i], before[i]))
        if far > longest:
            for axis in range(3):
                x[i, axis] = before[i, axis] + longest / far * (x[i, axis] - before[i, axis])


@compiled
def cut_short(
    x: Floats,
    before: Floats,
    pairs: Indices,
    split: int,
    away: Floats,
    gaps: Floats,
    guarded: Flags,
    longest: float,
) -> int:
    """
    Shorten a step until no pair can have met during it.

    A pair is safe when a plane parts its sides at the end as one did at the beginning:
    points move straight, so the plane between those parts them all the way. Otherwise
    neither side may use up half of the gap.

    Parameters
    ----------
    x, before : ndarray of float64, shape (N, 3)
        Places now and one step ago, meters. `x` is changed.
    pairs, split, away, gaps
        As `measure_gaps` found them one step ago.
    guarded : ndarray of bool, shape (P,)
        Pairs that are watched; the others may meet.
    longest : float
        Farthest that any point may go, meters.

    Returns
    -------
    int
        How many points were held back.
    """
    moved = np.empty(len(x))
    for i in range(len(x)):
        moved[i] = np.sqrt(_squared(x[i], before[i]))
        if moved[i] > longest:
            _shorten(x, before, moved, i, longest)
    held = 0
    again = True
    while again:
        again = False
        for p in range(len(pairs)):
            if not guarded[p]:
                continue
            first, second = 0.0, 0.0
            ones = 1 if p < split else 2
            for k in range(4):
                if k < ones:
                    first = max(first, moved[pairs[p, k]])
                else:
                    second = max(second, moved[pairs[p, k]])
            most = _TIMID * max(gaps[p] - _LEAST_M, 0.0)
            left = min(gaps[p], max(_LEFT * gaps[p], _LEAST_M))
            if first + second <= 2 * most or _parted(x, pairs[p], ones, away[p], left):
                continue
            for k in range(4):
                i = pairs[p, k]
                if moved[i] > most:
                    _shorten(x, before, moved, i, most)
                    held += 1
                    again = True
    return held


@compiled
def _shorten(x: Floats, before: Floats, moved: Floats, i: int, most: float) -> None:
    share = most / moved[i]
    for axis in range(3):
        x[i, axis] = before[i, axis] + share * (x[i, axis] - before[i, axis])
    # Rounding must not leave the point a hair farther than it may go, or this never ends.
    moved[i] = most


@compiled
def _parted(x: Floats, points: Indices, ones: int, away: Floats, least: float) -> bool:
    """Say whether a plane across `away` still parts the two sides, by at least `least` meters."""
    low, high = 1e9, -1e9
    for k in range(4):
        i = points[k]
        along = away[0] * x[i, 0] + away[1] * x[i, 1] + away[2] * x[i, 2]
        if k < ones:
            low = min(low, along)
        else:
            high = max(high, along)
    return low - high > least


@compiled
def _squared(a: Floats, b: Floats) -> float:
    return float((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2)
