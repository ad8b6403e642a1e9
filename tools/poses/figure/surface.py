"""Meshes of quadrilaterals: normals, smoothing, subdivision, cutting along a field."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from numpy.typing import NDArray


def edges_of(faces: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """
    List the edges once each.

    Parameters
    ----------
    faces : ndarray of int32, shape (M, 4)
        Every face has four different corners.

    Returns
    -------
    edges : ndarray of int64, shape (E, 2)
        Lower vertex first, in ascending order.
    sides : ndarray of int64, shape (M, 4)
        The edge between each corner and the next.
    """
    pairs = np.stack([faces, np.roll(faces, -1, axis=1)], axis=2).reshape(-1, 2)
    edges, sides = np.unique(np.sort(pairs, axis=1), axis=0, return_inverse=True)
    return edges.astype(np.int64), np.reshape(sides, faces.shape).astype(np.int64)


def smoothed(
    places: NDArray[np.float64],
    faces: NDArray[np.int32],
    share: NDArray[np.float64],
    *,
    times: int,
) -> NDArray[np.float64]:
    """Move vertices half way to their neighbors' mean, `times` times, by `share` of 0..1 each."""
    edges, _ = edges_of(faces)
    count = len(places)
    both = np.concatenate([edges, edges[:, ::-1]])
    links = sparse.csr_matrix((np.ones(len(both)), both.T), (count, count))
    mean = sparse.diags(1 / np.maximum(np.asarray(links.sum(axis=1)).ravel(), 1)) @ links
    for _ in range(times):
        places = places + 0.5 * share[:, None] * (mean @ places - places)
    return places


def normals(places: NDArray[np.float64], faces: NDArray[np.int32]) -> NDArray[np.float64]:
    """Give each vertex the mean normal of its faces, weighted by area; shape (N, 3)."""
    corners = places[faces]
    facing = np.cross(corners[:, 2] - corners[:, 0], corners[:, -1] - corners[:, 1])
    if faces.shape[1] == 3:
        facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    total = np.stack(
        [
            np.bincount(faces.ravel(), np.repeat(facing[:, axis], faces.shape[1]), len(places))
            for axis in range(3)
        ],
        axis=1,
    )
    return np.asarray(total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12))


def subdivided(
    values: NDArray[np.float64], faces: NDArray[np.int32]
) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """
    Divide every face in four, smoothly.

    Parameters
    ----------
    values : ndarray of float64, shape (N, K)
        Places and whatever else is to follow the same weights.
    faces : ndarray of int32, shape (M, 4)
        Every face has four different corners. Open edges stay curves of their own.

    Returns
    -------
    tuple
        Values, shape (N + E + M, K), the old vertices first, and faces, shape (4M, 4).

    References
    ----------
    Catmull and Clark, "Recursively generated B-spline surfaces", Computer-Aided Design 1978.
    """
    count, (edges, sides) = len(values), edges_of(faces)
    centers = values[faces].mean(axis=1)
    uses = np.bincount(sides.ravel(), minlength=len(edges))
    beside = sparse.csr_matrix(
        (np.ones(sides.size), (sides.ravel(), np.repeat(np.arange(len(faces)), 4))),
        (len(edges), len(faces)),
    )
    middles = values[edges].mean(axis=1)
    inner = (middles * 2 + beside @ centers) / 4
    edge_points = np.where((uses == 2)[:, None], inner, middles)
    corners = _moved_corners(values, faces, edges, uses, (centers, middles))
    new_edges, new_centers = count + sides, count + len(edges) + np.arange(len(faces))
    quads = [
        np.stack(
            [faces[:, i], new_edges[:, i], new_centers, new_edges[:, i - 1]],
            axis=1,
        )
        for i in range(4)
    ]
    return (
        np.concatenate([corners, edge_points, centers]),
        np.concatenate(quads).astype(np.int32),
    )


def _moved_corners(
    values: NDArray[np.float64],
    faces: NDArray[np.int32],
    edges: NDArray[np.int64],
    uses: NDArray[np.int64],
    means: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> NDArray[np.float64]:
    """Move the old vertices: inner ones by their faces and edges, those on a rim along it."""
    count, (centers, middles) = len(values), means

    def gather(index: NDArray[np.int64], source: NDArray[np.float64]) -> NDArray[np.float64]:
        rows = np.arange(len(index)).repeat(index.shape[1])
        links = sparse.csr_matrix(
            (np.ones(index.size), (index.ravel(), rows)), (count, len(index))
        )
        return np.asarray(links @ source)

    degree = np.bincount(faces.ravel(), minlength=count)[:, None].clip(1)
    around = gather(faces.astype(np.int64), centers) / degree
    valence = np.bincount(edges.ravel(), minlength=count)[:, None].clip(1)
    along = gather(edges, middles) / valence
    inner = (around + 2 * along + (degree - 3) * values) / degree
    open_edges = uses == 1
    rim_mean = gather(edges[open_edges], middles[open_edges]) / 2
    rim = np.zeros(count, bool)
    rim[edges[open_edges]] = True
    result = np.where(rim[:, None], (rim_mean + values) / 2, inner)
    used = np.zeros(count, bool)
    used[faces] = True
    return np.where(used[:, None], result, values)


def triangles(faces: NDArray[np.int32]) -> NDArray[np.int32]:
    """Cut four-cornered faces, shape (M, 4), into triangles, shape (2M, 3); leave triangles."""
    if faces.shape[1] == 3:
        return faces
    return np.concatenate([faces[:, [0, 1, 2]], faces[:, [0, 2, 3]]])


def clipped(
    values: NDArray[np.float64], faces: NDArray[np.int32], field: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """
    Keep the part of a mesh of triangles where `field` is above 0, cut along its zero.

    Parameters
    ----------
    values : ndarray of float64, shape (N, K)
        Places and whatever else is to be interpolated along the cut.
    faces : ndarray of int32, shape (M, 3)
    field : ndarray of float64, shape (N,)

    Returns
    -------
    tuple
        Values, shape (N', K), and triangles, shape (M', 3), without unused vertices.
    """
    inside = field > 0
    number = inside[faces].sum(axis=1)
    # Turn every cut triangle so that its odd corner comes first.
    cut = faces[(number == 1) | (number == 2)]
    odd = np.where(number == 1, 1, 0)[(number == 1) | (number == 2)].astype(bool)
    first = np.argmax(inside[cut] == odd[:, None], axis=1)
    cut = np.take_along_axis(cut, (first[:, None] + np.arange(3)) % 3, axis=1)
    pairs = np.concatenate([cut[:, [0, 1]], cut[:, [0, 2]]])
    lines, where = np.unique(np.sort(pairs, axis=1), axis=0, return_inverse=True)
    left, right = field[lines[:, 0]], field[lines[:, 1]]
    share = (left / (left - right))[:, None]
    crossing = values[lines[:, 0]] * (1 - share) + values[lines[:, 1]] * share
    one, two = np.split(len(values) + np.ravel(where), 2)
    kept = [
        faces[number == 3],
        np.stack([cut[odd, 0], one[odd], two[odd]], axis=1),
        np.stack([one[~odd], cut[~odd, 1], cut[~odd, 2]], axis=1),
        np.stack([one[~odd], cut[~odd, 2], two[~odd]], axis=1),
    ]
    return compacted(np.concatenate([values, crossing]), np.concatenate(kept).astype(np.int32))


def compacted(
    values: NDArray[np.float64], faces: NDArray[np.int32]
) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Drop the vertices that no face uses."""
    used, index = np.unique(faces, return_inverse=True)
    return values[used], np.reshape(index, faces.shape).astype(np.int32)


def rim_of(faces: NDArray[np.int32]) -> NDArray[np.int64]:
    """List the directed edges that only one face has, shape (R, 2), as that face runs them."""
    pairs = np.stack([faces, np.roll(faces, -1, axis=1)], axis=2).reshape(-1, 2).astype(np.int64)
    base = int(faces.max()) + 1
    codes, back = pairs[:, 0] * base + pairs[:, 1], pairs[:, 1] * base + pairs[:, 0]
    return pairs[~np.isin(codes, back)]


def loops_of(rim: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Walk the closed lines that directed edges, shape (R, 2), make up."""
    onward = dict(rim.tolist())
    loops = []
    while onward:
        loop = [min(onward)]
        while (after := onward.pop(loop[-1])) != loop[0]:
            loop.append(after)
        loops.append(np.array(loop))
    return loops
