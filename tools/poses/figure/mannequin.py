"""The shop mannequin: from the posed figure to what the cloth lies on and what is rendered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tools.poses.figure import blouse, head, makehuman, posing, shoes, stances, surface
from tools.poses.figure.body import Body

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    Mesh = tuple[NDArray[np.float64], NDArray[np.int32]]

HEIGHT_M = 1.76
BLOUSE_M = 0.003
"""How far the cloth lies off the skin where the blouse is."""

_PARTS: dict[str, tuple[str, ...]] = {
    "arm.L": ("upperarm01.L", "upperarm02.L"),
    "arm.R": ("upperarm01.R", "upperarm02.R"),
    "fore": ("lowerarm", "wrist", "finger", "metacarpal"),
    "sh": ("clavicle", "shoulder01"),
    "face": ("head", "jaw", "oris", "special", "oculi", "orbic", "levator", "risor", "tempor",
             "tongue", "eye"),
    "head": ("head", "neck", "jaw", "oris", "special", "oculi", "orbic", "levator", "risor",
             "tempor", "tongue", "eye"),
}  # fmt: skip


def part_weights(figure: makehuman.Figure) -> dict[str, NDArray[np.float64]]:
    """Add up the bones' weights by part of the body, each of shape (N,)."""
    parts = {}
    for part, starts in _PARTS.items():
        total = np.zeros(len(figure.vertices))
        for bone, (index, share) in figure.weights.items():
            if bone.startswith(starts):
                total[index] += share
        parts[part] = total
    return parts


@dataclass(frozen=True, slots=True, eq=False)
class Mannequin:
    """What is rendered: each part's places, shape (N, 3), and faces, shape (M, 3 or 4)."""

    skin: Mesh
    shoes: Mesh
    blouse: Mesh


def stand(folder: Path, stance: str) -> tuple[Body, Mannequin]:
    """
    Pose the mannequin, as the surface that cloth lies on and as what is rendered.

    Parameters
    ----------
    folder : Path
        The MakeHuman base mesh, rig and targets.
    stance : str
        A name in `stances.STANCES`.
    """
    figure = makehuman.read(folder, height_m=HEIGHT_M)
    figure = head.replaced(figure, part_weights(figure)["head"])
    barefoot = len(figure.vertices)
    figure = shoes.shod(figure)
    weights = part_weights(figure)
    weights["shoe"] = (np.arange(len(figure.vertices)) >= barefoot).astype(float)
    covered = blouse.field(figure, weights)
    posed = _grounded(figure, stances.STANCES[stance])
    share = blouse.bust_share(figure, covered, weights)
    places = surface.smoothed(posed.vertices, figure.faces, share, times=45)
    places = blouse.rounded(places, figure.faces, share)
    fields = np.stack([covered, *weights.values()], axis=1)
    values, faces = surface.subdivided(
        np.concatenate([places, figure.vertices, fields], axis=1), figure.faces
    )
    skin, covered = values[:, :3], values[:, 6]
    raised = BLOUSE_M * np.clip(covered / 0.006 + 0.5, 0, 1)
    body = Body(
        vertices=skin + surface.normals(skin, faces) * raised[:, None],
        faces=faces,
        rest=values[:, 3:6],
        blouse=covered,
        joints=posed.heads,
        weights=dict(zip(weights, values[:, 7:].T, strict=True)),
    )
    return body, _dressed(skin, faces, covered, body.weights["shoe"])


def _grounded(figure: makehuman.Figure, moves: Mapping[str, posing.Move]) -> posing.Posed:
    """Pose `figure` with both soles on the floor at height 0."""
    free = posing.pose(figure, moves)
    down = {}
    for side in "LR":
        turn = moves[f"foot.{side}"]
        lift = free.heads[f"foot.{side}"][2] - figure.heads[f"foot.{side}"][2]
        assert isinstance(turn, posing.Turn)
        down[f"foot.{side}"] = replace(turn, shift=(0, 0, -lift))
    return posing.pose(figure, {**moves, **down})


def _dressed(
    skin: NDArray[np.float64],
    faces: NDArray[np.int32],
    covered: NDArray[np.float64],
    shoe: NDArray[np.float64],
) -> Mannequin:
    values, fine = surface.subdivided(np.concatenate([skin, covered[:, None]], axis=1), faces)
    worn = shoe[faces].min(axis=1) > 0.5
    # Skin well under the blouse is left out, so that it cannot show through.
    bare = values[fine, 3].max(axis=1) < 0.012
    return Mannequin(
        skin=surface.compacted(values[:, :3], fine[~np.tile(worn, 4) & bare]),
        shoes=surface.compacted(values[:, :3], fine[np.tile(worn, 4)]),
        blouse=blouse.shell(values[:, :3], fine[~np.tile(worn, 4)], values[:, 3]),
    )
