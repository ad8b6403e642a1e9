"""Bending the figure: rotations down the bones, then linear blend skinning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial.transform import Rotation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from tools.poses.figure.makehuman import Figure


@dataclass(frozen=True, slots=True)
class Turn:
    """Rotate a bone about the world's axes as they stand before its parents move."""

    x: float = 0.0
    y: float = 0.0
    z: float = 0.0
    """Degrees, applied in this order."""

    shift: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """Meters."""


@dataclass(frozen=True, slots=True)
class Aim:
    """Point a bone at a direction of the world, whatever its parents did."""

    direction: tuple[float, float, float]

    until: str
    """The bone whose head the direction leads to."""

    twist: float = 0.0
    """Degrees about the direction, counterclockwise as seen against it."""


@dataclass(frozen=True, slots=True)
class Curl:
    """Bend a finger's bone about its knuckle, towards the palm."""

    degrees: float

    spread: float = 0.0
    """Degrees towards the thumb's side."""


Move = Turn | Aim | Curl


@dataclass(frozen=True, slots=True, eq=False)
class Posed:
    """The figure after its bones moved."""

    vertices: NDArray[np.float64]
    heads: dict[str, NDArray[np.float64]]
    turns: dict[str, NDArray[np.float64]]
    """World rotation of each bone, shape (3, 3)."""


def pose(figure: Figure, moves: Mapping[str, Move]) -> Posed:
    """Move the bones of `figure` and its skin with them."""
    turns: dict[str, NDArray[np.float64]] = {}
    shifts: dict[str, NDArray[np.float64]] = {}
    for bone, parent in figure.parents.items():
        above = turns[parent] if parent else np.eye(3)
        carried = shifts[parent] if parent else np.zeros(3)
        local, step = _local(figure, bone, moves.get(bone), above)
        head = figure.heads[bone]
        turns[bone] = above @ local
        shifts[bone] = above @ (head - local @ head) + carried + step
    heads = {bone: turns[bone] @ head + shifts[bone] for bone, head in figure.heads.items()}
    return Posed(_skin(figure, turns, shifts), heads, turns)


def _local(
    figure: Figure, bone: str, move: Move | None, above: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the rotation before the parents', and the shift after them."""
    still = np.zeros(3)
    match move:
        case Turn():
            angles = (move.x, move.y, move.z)
            return Rotation.from_euler("xyz", angles, degrees=True).as_matrix(), np.array(
                move.shift
            )
        case Aim():
            start = above @ (figure.heads[move.until] - figure.heads[bone])
            turn = _twist(move) @ _between(start, np.array(move.direction))
            return above.T @ turn @ above, still
        case Curl():
            across, normal = palm_axes(figure, bone[-1])
            bend = Rotation.from_rotvec(across * np.radians(move.degrees))
            side = Rotation.from_rotvec(normal * np.radians(move.spread))
            return (side * bend).as_matrix(), still
    return np.eye(3), still


def palm_axes(figure: Figure, side: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """
    Give the axis that fingers curl about, and the one they spread about.

    Returns
    -------
    tuple of two ndarrays, shape (3,)
        Unit vectors at rest, such that positive angles curl towards the palm
        and spread towards the thumb.
    """
    heads = figure.heads
    along = heads[f"finger3-1.{side}"] - heads[f"wrist.{side}"]
    to_thumb = heads[f"finger2-1.{side}"] - heads[f"finger5-1.{side}"]
    # The palm faces away from this on the left hand, towards it on the right.
    hand = 1.0 if side == "L" else -1.0
    normal = hand * np.cross(along, to_thumb)
    normal /= np.linalg.norm(normal)
    across = hand * np.cross(normal, along)
    return hand * across / np.linalg.norm(across), hand * normal


def _twist(move: Aim) -> NDArray[np.float64]:
    axis = np.array(move.direction) / np.linalg.norm(move.direction)
    return np.asarray(Rotation.from_rotvec(axis * np.radians(move.twist)).as_matrix())


def _between(start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the smallest rotation from one direction to another."""
    start, end = start / np.linalg.norm(start), end / np.linalg.norm(end)
    axis = np.cross(start, end)
    sine = float(np.linalg.norm(axis))
    if sine < 1e-9:
        return np.eye(3)
    angle = np.arctan2(sine, start @ end)
    return np.asarray(Rotation.from_rotvec(axis / sine * angle).as_matrix())


def _skin(
    figure: Figure,
    turns: Mapping[str, NDArray[np.float64]],
    shifts: Mapping[str, NDArray[np.float64]],
) -> NDArray[np.float64]:
    moved = np.zeros_like(figure.vertices)
    total = np.zeros(len(moved))
    for bone, (index, share) in figure.weights.items():
        at = figure.vertices[index] @ turns[bone].T + shifts[bone]
        moved[index] += share[:, None] * at
        total[index] += share
    held = total > 1e-6
    moved[held] /= total[held, None]
    moved[~held] = figure.vertices[~held]
    return moved
