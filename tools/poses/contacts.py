"""Where cloth meets cloth: pairs of a point and a triangle, and how they are kept apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tools.poses.compiling import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Indices = NDArray[np.int64]
    Flags = NDArray[np.bool_]
    FourPoints = tuple[int, int, int, int]
    FourShares = tuple[float, float, float, float]

NEIGHBORS = 2.6
"""Points this many threads from a triangle are its own cloth, not another layer."""

_REACH = 0.35
"""A triangle's plane is watched this far outside the triangle, in barycentric units."""

_OVERLAP = 0.05
_LOST_M = 0.02
_MOST_PUSH_M = 0.003
_LEAST_MOBILITY = 0.2
"""Below this nothing can move enough, and dividing by it makes the cloth explode."""


@compiled
def cell_of(x: float, y: float, z: float, size: int) -> int:
    """Hash a cell of space into a table of `size` lists (a power of two)."""
    return ((int(x) * 73856093) ^ (int(y) * 19349663) ^ (int(z) * 83492791)) & (size - 1)


@compiled
def fill_cells(
    x: Floats, triangles: Indices, active: Flags, cell: float, lists: tuple[Indices, Indices]
) -> None:
    """Enter every active triangle in the list of the cell its middle lies in."""
    heads, following = lists
    heads[:] = -1
    for t in range(len(triangles)):
        if not active[t]:
            continue
        a, b, c = triangles[t]
        h = cell_of(
            np.floor((x[a, 0] + x[b, 0] + x[c, 0]) / 3 / cell),
            np.floor((x[a, 1] + x[b, 1] + x[c, 1]) / 3 / cell),
            np.floor((x[a, 2] + x[b, 2] + x[c, 2]) / 3 / cell),
            len(heads),
        )
        following[t] = heads[h]
        heads[h] = t


@compiled
def locate(x: Floats, i: int, corners: Indices, found: Floats) -> None:
    """
    Place a point against a triangle.

    `found` becomes: unit normal (3), signed distance in meters, and the barycentric
    shares of the second and third corner.
    """
    a, b, c = corners
    e10, e11, e12 = x[b, 0] - x[a, 0], x[b, 1] - x[a, 1], x[b, 2] - x[a, 2]
    e20, e21, e22 = x[c, 0] - x[a, 0], x[c, 1] - x[a, 1], x[c, 2] - x[a, 2]
    p0, p1, p2 = x[i, 0] - x[a, 0], x[i, 1] - x[a, 1], x[i, 2] - x[a, 2]
    n0 = e11 * e22 - e12 * e21
    n1 = e12 * e20 - e10 * e22
    n2 = e10 * e21 - e11 * e20
    size = np.sqrt(n0 * n0 + n1 * n1 + n2 * n2) + 1e-15
    found[0], found[1], found[2] = n0 / size, n1 / size, n2 / size
    found[3] = (p0 * n0 + p1 * n1 + p2 * n2) / size
    d11 = e10 * e10 + e11 * e11 + e12 * e12
    d12 = e10 * e20 + e11 * e21 + e12 * e22
    d22 = e20 * e20 + e21 * e21 + e22 * e22
    q1 = p0 * e10 + p1 * e11 + p2 * e12
    q2 = p0 * e20 + p1 * e21 + p2 * e22
    area = d11 * d22 - d12 * d12 + 1e-20
    found[4] = (d22 * q1 - d12 * q2) / area
    found[5] = (d11 * q2 - d12 * q1) / area


@compiled
def find_contacts(
    x: Floats,
    mesh: tuple[Indices, Indices, int],
    active: tuple[Flags, Flags],
    search: tuple[float, float],
    lists: tuple[Indices, Indices],
    pairs: Indices,
    sides: Floats,
) -> int:
    """
    List the points that are near a triangle of another layer, and on which side.

    Parameters
    ----------
    x : ndarray of float64, shape (N, 3)
        Places, meters.
    mesh : tuple
        Triangles, shape (M, 3); the first grid point of each one's cell, shape (M,);
        number of grid rows.
    active : tuple
        Which points, and which triangles take part.
    search : tuple of float
        Farthest distance and the size of a cell, meters. A cell is larger than a triangle.
    lists : tuple
        Room for the lists of cells.
    pairs : ndarray of int64, shape (most, 2)
        Becomes point and triangle.
    sides : ndarray of float64, shape (most,)
        Becomes the signed distance, meters.

    Returns
    -------
    int
        How many pairs there are. When there is no room for more, the others are left out.
    """
    triangles, cells, rows = mesh
    near, cell = search
    heads, following = lists
    fill_cells(x, triangles, active[1], cell, lists)
    found = np.zeros(6)
    count = 0
    for i in range(len(x)):
        if not active[0][i]:
            continue
        column, row = i // rows, i % rows
        cx, cy, cz = np.floor(x[i, 0] / cell), np.floor(x[i, 1] / cell), np.floor(x[i, 2] / cell)
        for n in range(27):
            h = cell_of(cx + n // 9 - 1, cy + n // 3 % 3 - 1, cz + n % 3 - 1, len(heads))
            t = heads[h]
            while t >= 0:
                own = (
                    abs(column - cells[t] // rows - 0.5) <= NEIGHBORS
                    and abs(row - cells[t] % rows - 0.5) <= NEIGHBORS
                )
                if not own:
                    locate(x, i, triangles[t], found)
                    inside = found[4] > -_REACH and found[5] > -_REACH
                    inside = inside and found[4] + found[5] < 1 + _REACH
                    if inside and abs(found[3]) < near and count < len(pairs):
                        pairs[count, 0], pairs[count, 1] = i, t
                        sides[count] = found[3]
                        count += 1
                t = following[t]
    return count


@compiled
def keep_apart(
    x: Floats,
    before: Floats,
    mobility: Floats,
    triangles: Indices,
    pairs: Indices,
    sides: Floats,
    kept: Floats,
    friction: float,
) -> None:
    """
    Push the points of each pair back to the side they were on, with friction.

    Parameters
    ----------
    x, before : ndarray of float64, shape (N, 3)
        Places now and one step ago, meters. `x` is changed.
    mobility : ndarray of float64, shape (N,)
        0 for held points.
    triangles : ndarray of int64, shape (M, 3)
        Corners.
    pairs : ndarray of int64, shape (P, 2)
        Point and triangle.
    sides : ndarray of float64, shape (P,)
        The sign says on which side of the triangle the point belongs.
    kept : ndarray of float64, shape (P,)
        Distance to keep, meters.
    friction : float
        Share of the push that hinders sliding.
    """
    found = np.zeros(6)
    for p in range(len(pairs)):
        corners = triangles[pairs[p, 1]]
        locate(x, pairs[p, 0], corners, found)
        side = 1.0 if sides[p] >= 0 else -1.0
        apart = found[3] * side
        inside = found[4] > -_OVERLAP and found[5] > -_OVERLAP
        inside = inside and found[4] + found[5] < 1 + _OVERLAP
        if inside and -_LOST_M < apart < kept[p]:
            u = min(max(found[4], 0.0), 1.0)
            v = min(max(found[5], 0.0), 1.0 - u)
            points = (pairs[p, 0], corners[0], corners[1], corners[2])
            shares = (1.0, u + v - 1.0, -u, -v)
            push = min(kept[p] - apart, _MOST_PUSH_M)
            total = _mobility_of(mobility, points, shares)
            if total >= _LEAST_MOBILITY:
                _part(x, mobility, points, shares, found, push * side / total)
                _rub(x, before, mobility, points, shares, found, friction * push, total)


@compiled
def _mobility_of(mobility: Floats, points: FourPoints, shares: FourShares) -> float:
    """Sum up how easily a point and a triangle are moved apart."""
    total = 0.0
    for k in range(4):
        total += mobility[points[k]] * shares[k] * shares[k]
    return total


@compiled
def _part(
    x: Floats,
    mobility: Floats,
    points: FourPoints,
    shares: FourShares,
    normal: Floats,
    push: float,
) -> None:
    """Move a point and a triangle apart along the triangle's normal. Changes `x`."""
    for k in range(4):
        f = push * mobility[points[k]] * shares[k]
        for axis in range(3):
            x[points[k], axis] += f * normal[axis]


@compiled
def _rub(
    x: Floats,
    before: Floats,
    mobility: Floats,
    points: FourPoints,
    shares: FourShares,
    normal: Floats,
    most: float,
    total: float,
) -> None:
    """Take back up to `most` meters of the slide of a point on a triangle. Changes `x`."""
    slide0, slide1, slide2 = 0.0, 0.0, 0.0
    for k in range(4):
        slide0 += shares[k] * (x[points[k], 0] - before[points[k], 0])
        slide1 += shares[k] * (x[points[k], 1] - before[points[k], 1])
        slide2 += shares[k] * (x[points[k], 2] - before[points[k], 2])
    along = slide0 * normal[0] + slide1 * normal[1] + slide2 * normal[2]
    slide0 -= along * normal[0]
    slide1 -= along * normal[1]
    slide2 -= along * normal[2]
    speed = np.sqrt(slide0 * slide0 + slide1 * slide1 + slide2 * slide2)
    brake = min(1.0, most / (speed + 1e-12)) / total
    for k in range(4):
        f = brake * mobility[points[k]] * shares[k]
        x[points[k], 0] -= f * slide0
        x[points[k], 1] -= f * slide1
        x[points[k], 2] -= f * slide2
