"""Reading the CC0 MakeHuman base mesh: one averaged adult woman, scaled to a height."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

# Three averaged races and a slim build: nobody in particular, and a little lighter than average.
SHAPE = {
    "asian-female-young": 0.34,
    "african-female-young": 0.33,
    "caucasian-female-young": 0.33,
    "universal-female-young-averagemuscle-averageweight": 0.62,
    "universal-female-young-averagemuscle-minweight": 0.38,
    "female-young-averagemuscle-averageweight-idealproportions": 0.85,
}


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """The unposed body in meters: z up from the soles, facing -y, its own left at +x."""

    vertices: NDArray[np.float64]
    """Shape (N, 3)."""

    faces: NDArray[np.int32]
    """Shape (M, 4), outward."""

    parents: dict[str, str | None]
    """The bone that each bone hangs on, parents first."""

    heads: dict[str, NDArray[np.float64]]
    """Where each bone starts, shape (3,)."""

    weights: dict[str, tuple[NDArray[np.int64], NDArray[np.float64]]]
    """For each bone the vertices it moves and how much of each."""


def read(folder: Path, *, height_m: float) -> Figure:
    """
    Read, shape and scale the body in `folder`.

    Raises
    ------
    FileNotFoundError
        `folder` lacks one of the mesh's files.
    """
    places, faces = _read_mesh(folder / "base.obj")
    for name, share in SHAPE.items():
        _add_target(places, folder / f"{name}.target", share)
    places = np.stack([places[:, 0], -places[:, 2], places[:, 1]], axis=1) * 0.1
    used = np.unique(faces)
    low, high = places[used, 2].min(), places[used, 2].max()
    places = (places - [0, 0, low]) * (height_m / (high - low))
    number = np.full(len(places), -1)
    number[used] = np.arange(len(used))
    parents, heads = _read_bones(folder / "default.mhskel", places)
    return Figure(
        vertices=places[used],
        faces=number[faces].astype(np.int32),
        parents=parents,
        heads=heads,
        weights=_read_weights(folder / "default_weights.mhw", number),
    )


def merged(
    figure: Figure,
    places: NDArray[np.float64],
    faces: NDArray[np.int32],
    shares: Mapping[str, NDArray[np.float64]],
) -> Figure:
    """
    Give `figure` other faces over its vertices and some new ones.

    Parameters
    ----------
    figure : Figure
    places : ndarray of float64, shape (K, 3)
        The new vertices, numbered after the old ones.
    faces : ndarray of int32, shape (M, 4)
    shares : mapping of bone to ndarray of float64, shape (K,)
        How much of each new vertex the bone moves.
    """
    index = len(figure.vertices) + np.arange(len(places))
    weights = dict(figure.weights)
    for bone, share in shares.items():
        old_index, old_share = weights[bone]
        weights[bone] = (np.concatenate([old_index, index]), np.concatenate([old_share, share]))
    return replace(
        figure,
        vertices=np.concatenate([figure.vertices, places]),
        faces=faces,
        weights=weights,
    )


def _read_mesh(path: Path) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    places, faces, group = [], [], ""
    for line in path.read_text().splitlines():
        kind, *words = line.split() or [""]
        if kind == "v":
            places.append([float(word) for word in words[:3]])
        elif kind == "g":
            group = words[0]
        elif kind == "f" and group == "body":
            faces.append([int(word.split("/")[0]) - 1 for word in words])
    return np.array(places), np.array(faces, np.int32)


def _add_target(places: NDArray[np.float64], path: Path, share: float) -> None:
    rows = [line.split() for line in path.read_text().splitlines() if line[:1] not in ("", "#")]
    if rows:
        offsets = np.array(rows, float)
        places[offsets[:, 0].astype(int)] += share * offsets[:, 1:]


def _read_bones(
    path: Path, places: NDArray[np.float64]
) -> tuple[dict[str, str | None], dict[str, NDArray[np.float64]]]:
    skeleton = json.loads(path.read_text())
    parents: dict[str, str | None] = {}

    def add(bone: str) -> None:
        parent = skeleton["bones"][bone]["parent"]
        if parent is not None and parent not in parents:
            add(parent)
        parents[bone] = parent

    for bone in skeleton["bones"]:
        add(bone)
    corners = {name: places[indices].mean(axis=0) for name, indices in skeleton["joints"].items()}
    return parents, {bone: corners[skeleton["bones"][bone]["head"]] for bone in parents}


def _read_weights(
    path: Path, number: NDArray[np.int64]
) -> dict[str, tuple[NDArray[np.int64], NDArray[np.float64]]]:
    weights = {}
    for bone, pairs in json.loads(path.read_text())["weights"].items():
        table = np.array(pairs, float).reshape(-1, 2)
        index = number[table[:, 0].astype(int)]
        kept = index >= 0
        weights[bone] = (index[kept], table[kept, 1])
    return weights
