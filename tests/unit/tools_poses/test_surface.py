"""Meshes stay closed, and are cut where the field says."""

import numpy as np
from numpy.typing import NDArray

from tools.poses.figure import surface

CUBE = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)], float)
SIDES = np.array(
    [[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]], np.int32
)


def volume(places: NDArray[np.float64], faces: NDArray[np.int32]) -> float:
    first, second, third = np.moveaxis(places[surface.triangles(faces)], 1, 0)
    return float(np.sum(first * np.cross(second, third)) / 6)


def test_a_subdivided_cube_stays_closed_and_rounds_off() -> None:
    once = surface.subdivided(CUBE, SIDES)

    twice = surface.subdivided(*once)

    assert len(surface.rim_of(twice[1])) == 0
    assert 0.35 < volume(*twice) < volume(*once) < volume(CUBE, SIDES) == 1.0


def test_a_cut_runs_along_the_zero_of_the_field() -> None:
    places, faces = surface.subdivided(CUBE, SIDES)
    height = places[:, 2] - 0.6

    kept, corners = surface.clipped(places, surface.triangles(faces), height)

    (edge,) = surface.loops_of(surface.rim_of(corners))
    np.testing.assert_allclose(kept[edge, 2], 0.6, atol=1e-12)
    assert kept[:, 2].min() >= 0.6 - 1e-12


def test_normals_of_a_closed_mesh_look_outward() -> None:
    places, faces = surface.subdivided(CUBE, SIDES)

    outward = surface.normals(places, faces)

    assert (np.sum(outward * (places - 0.5), axis=1) > 0).all()
