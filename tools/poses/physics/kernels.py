"""The constraints of the cloth, one loop each, in the order in which they are solved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tools.poses.compiling import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Indices = NDArray[np.int64]

MOST_PUSH_M = 0.004
"""Farthest that one correction moves a point out of the body."""


@compiled
def integrate(
    x: Floats, v: Floats, mobility: Floats, motion: tuple[float, float, float, float]
) -> None:
    """
    Let gravity and inertia act for one step.

    Parameters
    ----------
    x, v : ndarray of float64, shape (N, 3)
        Places and velocities: meters and meters per second. Changed.
    mobility : ndarray of float64, shape (N,)
        1 where the point may move, 0 where it is held.
    motion : tuple of float
        Step in seconds, gravity, share of the velocity kept, greatest speed.
    """
    step, gravity, kept, fastest = motion
    for i in range(len(x)):
        if mobility[i] == 0.0:
            continue
        v[i, 2] -= gravity * step
        speed = np.sqrt(v[i, 0] ** 2 + v[i, 1] ** 2 + v[i, 2] ** 2)
        share = kept
        if speed * share > fastest:
            share = fastest / speed
        for k in range(3):
            v[i, k] *= share
            x[i, k] += v[i, k] * step


@compiled
def velocities(x: Floats, before: Floats, v: Floats, mobility: Floats, step: float) -> None:
    """Read the velocities, meters per second, off the step just made. Changes `v`."""
    for i in range(len(x)):
        for k in range(3):
            v[i, k] = (x[i, k] - before[i, k]) / step if mobility[i] > 0.0 else 0.0


@compiled
def pull(x: Floats, mobility: Floats, homes: Floats, strength: Floats, most: float) -> None:
    """Move every point the share `strength` of its way home, at most `most`. Changes `x`."""
    for i in range(len(x)):
        share = strength[i] * mobility[i]
        if share > 0.0:
            far = 0.0
            for k in range(3):
                far += (homes[i, k] - x[i, k]) ** 2
            share = min(share, most / (np.sqrt(far) + 1e-12))
            for k in range(3):
                x[i, k] += share * (homes[i, k] - x[i, k])


@compiled
def go_home(x: Floats, held: NDArray[np.bool_], homes: Floats, share: float, most: float) -> None:
    """Move held points a share of their way home, at most `most` meters. Changes `x`."""
    for i in range(len(x)):
        if not held[i]:
            continue
        far = 0.0
        for k in range(3):
            far += (homes[i, k] - x[i, k]) ** 2
        step = min(share, most / (np.sqrt(far) + 1e-12))
        for k in range(3):
            x[i, k] += step * (homes[i, k] - x[i, k])


@compiled
def keep_lengths(
    x: Floats, mobility: Floats, ends: Indices, rest: Floats, compliance: float
) -> None:
    """
    Bring threads towards their rest lengths.

    Parameters
    ----------
    x : ndarray of float64, shape (N, 3)
        Places, meters. Changed.
    mobility : ndarray of float64, shape (N,)
        0 for held points.
    ends : ndarray of int64, shape (M, 2)
        The two points of each thread.
    rest : ndarray of float64, shape (M,)
        Meters.
    compliance : float
        0 for threads that do not give; in units of the step and a mobility of 1.
    """
    for e in range(len(ends)):
        i, j = ends[e]
        total = mobility[i] + mobility[j]
        if total == 0.0:
            continue
        dx = x[i, 0] - x[j, 0]
        dy = x[i, 1] - x[j, 1]
        dz = x[i, 2] - x[j, 2]
        length = np.sqrt(dx * dx + dy * dy + dz * dz) + 1e-12
        share = (rest[e] - length) / (total + compliance) / length
        a = share * mobility[i]
        b = share * mobility[j]
        x[i, 0] += a * dx
        x[i, 1] += a * dy
        x[i, 2] += a * dz
        x[j, 0] -= b * dx
        x[j, 1] -= b * dy
        x[j, 2] -= b * dz


@compiled
def flatten_bends(x: Floats, mobility: Floats, triples: Indices, share: Floats) -> None:
    """
    Bring the middle of three points in a row towards the line through the others.

    Parameters
    ----------
    x : ndarray of float64, shape (N, 3)
        Places, meters. Changed.
    mobility : ndarray of float64, shape (N,)
        0 for held points.
    triples : ndarray of int64, shape (M, 3)
        First, middle and last point.
    share : ndarray of float64, shape (M,)
        1 makes the three straight, 0 leaves them.
    """
    for e in range(len(triples)):
        i, m, j = triples[e]
        total = mobility[i] + 4.0 * mobility[m] + mobility[j]
        if total == 0.0:
            continue
        f = share[e] / total
        for k in range(3):
            bend = x[i, k] - 2.0 * x[m, k] + x[j, k]
            x[i, k] -= f * mobility[i] * bend
            x[m, k] += 2.0 * f * mobility[m] * bend
            x[j, k] -= f * mobility[j] * bend


@compiled
def sample_distance(
    values: NDArray[np.float32], origin: Floats, voxel: float, place: Floats, found: Floats
) -> None:
    """Interpolate a distance field: `found` becomes distance, meters, and unit gradient."""
    fx = (place[0] - origin[0]) / voxel
    fy = (place[1] - origin[1]) / voxel
    fz = (place[2] - origin[2]) / voxel
    i, j, k = int(np.floor(fx)), int(np.floor(fy)), int(np.floor(fz))
    found[0] = 1.0
    nx, ny, nz = values.shape
    if i < 0 or j < 0 or k < 0 or i >= nx - 1 or j >= ny - 1 or k >= nz - 1:
        return
    a, b, c = fx - i, fy - j, fz - k
    x00 = values[i, j, k] * (1 - a) + values[i + 1, j, k] * a
    x10 = values[i, j + 1, k] * (1 - a) + values[i + 1, j + 1, k] * a
    x01 = values[i, j, k + 1] * (1 - a) + values[i + 1, j, k + 1] * a
    x11 = values[i, j + 1, k + 1] * (1 - a) + values[i + 1, j + 1, k + 1] * a
    d00 = values[i + 1, j, k] - values[i, j, k]
    d10 = values[i + 1, j + 1, k] - values[i, j + 1, k]
    d01 = values[i + 1, j, k + 1] - values[i, j, k + 1]
    d11 = values[i + 1, j + 1, k + 1] - values[i, j + 1, k + 1]
    y0 = x00 + (x10 - x00) * b
    y1 = x01 + (x11 - x01) * b
    found[0] = y0 + (y1 - y0) * c
    found[1] = (d00 * (1 - b) + d10 * b) * (1 - c) + (d01 * (1 - b) + d11 * b) * c
    found[2] = (x10 - x00) * (1 - c) + (x11 - x01) * c
    found[3] = y1 - y0
    steepness = np.sqrt(found[1] ** 2 + found[2] ** 2 + found[3] ** 2) + 1e-12
    for axis in range(1, 4):
        found[axis] /= steepness


@compiled
def _rub(place: Floats, before: Floats, normal: Floats, most: float) -> None:
    """Take back up to `most` meters of a point's slide along a surface. Changes `place`."""
    along = 0.0
    for k in range(3):
        along += (place[k] - before[k]) * normal[k]
    slide = 0.0
    for k in range(3):
        slide += (place[k] - before[k] - along * normal[k]) ** 2
    share = min(1.0, most / (np.sqrt(slide) + 1e-12))
    for k in range(3):
        place[k] -= share * (place[k] - before[k] - along * normal[k])


@compiled
def leave_body(
    x: Floats,
    before: Floats,
    mobility: Floats,
    solid: tuple[NDArray[np.float32], Floats, float],
    contact: tuple[float, float, float],
) -> None:
    """
    Push points out of the body and up from the floor, with friction on the body.

    Parameters
    ----------
    x, before : ndarray of float64, shape (N, 3)
        Places now and one step ago, meters. `x` is changed.
    mobility : ndarray of float64, shape (N,)
        0 for held points.
    solid : tuple
        Values, origin and voxel of the distance field.
    contact : tuple of float
        Distance kept from the body in meters, friction, height of the floor in meters.
    """
    values, origin, voxel = solid
    apart, friction, floor = contact
    found = np.zeros(4)
    for i in range(len(x)):
        if mobility[i] == 0.0:
            continue
        sample_distance(values, origin, voxel, x[i], found)
        if found[0] < apart:
            push = min(apart - found[0], MOST_PUSH_M)
            for k in range(3):
                x[i, k] += push * found[k + 1]
            _rub(x[i], before[i], found[1:], friction * push)
        if x[i, 2] < floor:
            x[i, 2] = floor
