"""How far two pieces of cloth are from each other, and where they are nearest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tools.poses.compiling import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Indices = NDArray[np.int64]

_TOUCH_M = 1e-9


@compiled
def nearest_of_triangle(x: Floats, points: Indices, shares: Floats) -> float:
    """
    Find the place of a triangle nearest to a point.

    Parameters
    ----------
    x : ndarray of float64, shape (N, 3)
        Places, meters.
    points : ndarray of int64, shape (4,)
        The point and the triangle's corners.
    shares : ndarray of float64, shape (4,)
        Becomes 1 and the negative barycentric shares of the corners.

    Returns
    -------
    float
        Distance, meters.

    References
    ----------
    Ericson, "Real-Time Collision Detection", 2005, 5.1.5.
    """
    p, a, b, c = points
    ab0, ab1, ab2 = x[b, 0] - x[a, 0], x[b, 1] - x[a, 1], x[b, 2] - x[a, 2]
    ac0, ac1, ac2 = x[c, 0] - x[a, 0], x[c, 1] - x[a, 1], x[c, 2] - x[a, 2]
    ap0, ap1, ap2 = x[p, 0] - x[a, 0], x[p, 1] - x[a, 1], x[p, 2] - x[a, 2]
    d1 = ab0 * ap0 + ab1 * ap1 + ab2 * ap2
    d2 = ac0 * ap0 + ac1 * ap1 + ac2 * ap2
    bb = ab0 * ab0 + ab1 * ab1 + ab2 * ab2
    cc = ac0 * ac0 + ac1 * ac1 + ac2 * ac2
    bc = ab0 * ac0 + ab1 * ac1 + ab2 * ac2
    d3, d4 = d1 - bb, d2 - bc
    d5, d6 = d1 - bc, d2 - cc
    vc = d1 * d4 - d3 * d2
    vb = d5 * d2 - d1 * d6
    va = d3 * d6 - d5 * d4
    if d1 <= 0 and d2 <= 0:
        v, w = 0.0, 0.0
    elif d3 >= 0 and d4 <= d3:
        v, w = 1.0, 0.0
    elif vc <= 0 and d1 >= 0 and d3 <= 0:
        v, w = d1 / (d1 - d3), 0.0
    elif d6 >= 0 and d5 <= d6:
        v, w = 0.0, 1.0
    elif vb <= 0 and d2 >= 0 and d6 <= 0:
        v, w = 0.0, d2 / (d2 - d6)
    elif va <= 0 and d4 - d3 >= 0 and d5 - d6 >= 0:
        w = (d4 - d3) / (d4 - d3 + d5 - d6)
        v = 1.0 - w
    else:
        total = va + vb + vc
        v, w = vb / total, vc / total
    shares[0], shares[1], shares[2], shares[3] = 1.0, v + w - 1.0, -v, -w
    g0 = ap0 - v * ab0 - w * ac0
    g1 = ap1 - v * ab1 - w * ac1
    g2 = ap2 - v * ab2 - w * ac2
    return float(np.sqrt(g0 * g0 + g1 * g1 + g2 * g2))


@compiled
def nearest_of_edges(x: Floats, points: Indices, shares: Floats) -> float:
    """
    Find the nearest places of two edges.

    Parameters
    ----------
    x : ndarray of float64, shape (N, 3)
        Places, meters.
    points : ndarray of int64, shape (4,)
        The ends of one and of the other edge.
    shares : ndarray of float64, shape (4,)
        Becomes the shares of the first edge's ends and the negative ones of the other's.

    Returns
    -------
    float
        Distance, meters.

    References
    ----------
    Ericson, "Real-Time Collision Detection", 2005, 5.1.9.
    """
    i, j, k, m = points
    d0, d1, d2 = x[j, 0] - x[i, 0], x[j, 1] - x[i, 1], x[j, 2] - x[i, 2]
    e0, e1, e2 = x[m, 0] - x[k, 0], x[m, 1] - x[k, 1], x[m, 2] - x[k, 2]
    r0, r1, r2 = x[i, 0] - x[k, 0], x[i, 1] - x[k, 1], x[i, 2] - x[k, 2]
    a = d0 * d0 + d1 * d1 + d2 * d2 + 1e-18
    e = e0 * e0 + e1 * e1 + e2 * e2 + 1e-18
    b = d0 * e0 + d1 * e1 + d2 * e2
    c = d0 * r0 + d1 * r1 + d2 * r2
    f = e0 * r0 + e1 * r1 + e2 * r2
    oblique = a * e - b * b
    s = min(max((b * f - c * e) / oblique, 0.0), 1.0) if oblique > 1e-9 * a * e else 0.0
    t = (b * s + f) / e
    if t < 0.0:
        t = 0.0
        s = min(max(-c / a, 0.0), 1.0)
    elif t > 1.0:
        t = 1.0
        s = min(max((b - c) / a, 0.0), 1.0)
    shares[0], shares[1], shares[2], shares[3] = 1.0 - s, s, t - 1.0, -t
    g0 = r0 + s * d0 - t * e0
    g1 = r1 + s * d1 - t * e1
    g2 = r2 + s * d2 - t * e2
    return float(np.sqrt(g0 * g0 + g1 * g1 + g2 * g2))


@compiled
def measure_gaps(
    x: Floats, pairs: Indices, split: int, shares: Floats, away: Floats, gaps: Floats
) -> None:
    """
    Find the nearest places, the direction between them and their distance for all pairs.

    Parameters
    ----------
    x : ndarray of float64, shape (N, 3)
        Places, meters.
    pairs : ndarray of int64, shape (P, 4)
        The first `split` are a point and a triangle, the others two edges.
    shares : ndarray of float64, shape (P, 4)
        Becomes the points' shares of the difference between the nearest places.
    away : ndarray of float64, shape (P, 3)
        Becomes the unit direction from the second to the first.
    gaps : ndarray of float64, shape (P,)
        Becomes the distance, meters.
    """
    for p in range(len(pairs)):
        if p < split:
            gap = nearest_of_triangle(x, pairs[p], shares[p])
        else:
            gap = nearest_of_edges(x, pairs[p], shares[p])
        gaps[p] = gap
        for axis in range(3):
            way = 0.0
            for k in range(4):
                way += shares[p, k] * x[pairs[p, k], axis]
            away[p, axis] = way / max(gap, _TOUCH_M)
