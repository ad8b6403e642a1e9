"""The blouse: where it covers the skin, and the shell of cloth made from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tools.poses.figure import surface

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from tools.poses.figure.makehuman import Figure

HEM_M = 1.152
"""Height of the lower edge, just under the bust, on a figure of 1.76 m."""

SLEEVE_SHARE = 0.56
"""Share of the upper arm that the sleeve covers."""

THICKNESS_M = 0.0028
PIPING_M = 0.0022
"""Radius of the cord that the edges are bound with."""

_CORD_SIDES = 8

_TIP_M, _BLUNT_M = 0.060, 0.022
"""How far round the bust's tips is rounded, and from where the shape is taken."""


def field(figure: Figure, weights: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    """
    Say how far inside the blouse each vertex at rest lies.

    The field is about the distance to the nearest edge, so that its zero is a smooth
    curve; a steep field would follow the mesh's edges in saw-teeth.

    Returns
    -------
    ndarray of float64, shape (N,)
        Meters, above 0 under the blouse.
    """
    x, y, z = figure.vertices.T
    start, end = figure.heads["upperarm01.L"], figure.heads["lowerarm01.L"]
    length = float(np.linalg.norm(end - start))
    along = (np.stack([abs(x), y, z], axis=1) - start) @ ((end - start) / length)
    arm = (weights["arm.L"] + weights["arm.R"] + weights["fore"] > 0.5) | (abs(x) > 0.17)
    sleeve = np.where(arm, SLEEVE_SHARE * length - along, 1.0)
    # A scoop: an elliptic tube round the neck, deeper behind than in front.
    low = np.minimum(z, 1.44) - 1.44
    depth = np.where(y > figure.heads["neck01"][1] - 0.02, 0.150, 0.116)
    neck = (np.hypot(x / 0.090, low / depth) - 1) * 0.09
    return np.asarray(np.minimum(np.minimum(sleeve, z - HEM_M), neck))


def bust_share(
    figure: Figure, covered: NDArray[np.float64], weights: Mapping[str, NDArray[np.float64]]
) -> NDArray[np.float64]:
    """Say how much of each vertex, 0..1, cloth spanning the bust would smooth away."""
    _, y, z = figure.vertices.T
    arm = weights["arm.L"] + weights["arm.R"] + weights["fore"]
    front = (abs(z - 1.235) < 0.12) & (y < -0.02) & (arm < 0.5)
    return np.asarray(np.clip(covered / 0.03, 0, 1) * front)


def rounded(
    places: NDArray[np.float64], faces: NDArray[np.int32], share: NDArray[np.float64]
) -> NDArray[np.float64]:
    """
    Round the bust's tips, where the mesh is too dense for its vertices' neighbors to tell.

    Parameters
    ----------
    places : ndarray of float64, shape (N, 3)
    faces : ndarray of int32, shape (M, 4)
    share : ndarray of float64, shape (N,)
        What `bust_share` says.
    """
    outward, result = surface.normals(places, faces), places.copy()
    for side in (1, -1):
        one = np.nonzero((share > 0.5) & (places[:, 0] * side > 0))[0]
        tip = places[one[np.argmin(places[one, 1])]]
        off = places - tip
        away = np.linalg.norm(off, axis=1)
        near = np.nonzero(away < _TIP_M)[0]
        ahead = outward[near].mean(axis=0)
        ahead /= np.linalg.norm(ahead)
        aside = np.cross([0, 0, 1.0], ahead) / np.linalg.norm(np.cross([0, 0, 1.0], ahead))
        u, v, height = (off[near] @ np.stack([aside, np.cross(ahead, aside), ahead], axis=1)).T
        terms = np.stack([np.ones(len(u)), u, v, u * u, u * v, v * v], axis=1)
        round_it = np.hypot(u, v) > _BLUNT_M
        cap = terms @ np.linalg.lstsq(terms[round_it], height[round_it], rcond=None)[0]
        much = np.clip((_TIP_M - away[near]) / (_TIP_M - _BLUNT_M), 0, 1)
        result[near] += (much * (cap - height))[:, None] * ahead
    return result


def shell(
    places: NDArray[np.float64], faces: NDArray[np.int32], covered: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """
    Make the blouse as a sheet off the skin, its edges bound with a thin cord.

    Parameters
    ----------
    places : ndarray of float64, shape (N, 3)
        The skin, finely divided.
    faces : ndarray of int32, shape (M, 4)
    covered : ndarray of float64, shape (N,)
        What `field` says.

    Returns
    -------
    tuple
        Places, shape (N', 3), and triangles, shape (M', 3).
    """
    looser = surface.smoothed(places, faces, np.clip(covered / 0.01, 0, 1), times=12)
    outward = surface.normals(looser, faces)
    values = np.concatenate([looser, outward, covered[:, None]], axis=1)
    cut, kept = surface.clipped(values, surface.triangles(faces), covered)
    skin, way = cut[:, :3], cut[:, 3:6] / np.linalg.norm(cut[:, 3:6], axis=1, keepdims=True)
    sheets, corners = [skin + way * THICKNESS_M], [kept]
    for loop in surface.loops_of(surface.rim_of(kept)):
        tube, around = _piping(skin[loop] + way[loop] * (THICKNESS_M - PIPING_M))
        corners.append(around + np.int32(sum(map(len, sheets))))
        sheets.append(tube)
    return np.concatenate(sheets), np.concatenate(corners)


def _piping(edge: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Lay a thin round cord along a closed edge; places (N, 3), triangles (M, 3)."""
    line = _evened(edge)
    ahead = np.roll(line, -1, axis=0) - np.roll(line, 1, axis=0)
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    side = np.cross(ahead, line - line.mean(axis=0))
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    turn = np.arange(_CORD_SIDES) / _CORD_SIDES * 2 * np.pi
    ring = np.cos(turn)[:, None] * side[:, None] + np.sin(turn)[:, None] * np.cross(
        ahead, side
    ).reshape(-1, 1, 3)
    index = np.arange(len(line) * _CORD_SIDES, dtype=np.int32).reshape(len(line), _CORD_SIDES)
    onward, right = np.roll(index, -1, axis=0), np.roll(index, -1, axis=1)
    quads = np.stack([index, right, np.roll(onward, -1, axis=1), onward], axis=-1)
    places = line[:, None] + PIPING_M * ring
    return places.reshape(-1, 3), surface.triangles(quads.reshape(-1, 4))


def _evened(edge: NDArray[np.float64]) -> NDArray[np.float64]:
    """Put points at even distances along a closed line, and round off its jags."""
    closed = np.concatenate([edge, edge[:1]])
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(closed, axis=0), axis=1))])
    steps = np.linspace(0, length[-1], int(length[-1] / 0.003), endpoint=False)
    line = np.stack([np.interp(steps, length, closed[:, axis]) for axis in range(3)], axis=1)
    for _ in range(12):
        line = line + 0.25 * (np.roll(line, 1, axis=0) + np.roll(line, -1, axis=0) - 2 * line)
    return line
