"""Cloth that passes through itself is found."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("numba", reason="the drape is simulated where numba is installed")

from tools.poses.physics.crossings import find_crossings, grid_triangles, mesh_edges

SHOWN = np.ones((6, 6), bool)


def two_sheets(gap, tilt=0.0, shift=0.0037):
    """Two square sheets, 5 cm wide, the upper one `gap` over the lower and tilted."""
    u, v = np.meshgrid(np.linspace(0, 0.05, 6), np.linspace(0, 0.05, 6), indexing="ij")
    lower = np.stack([u, v, 0 * u], axis=-1).reshape(-1, 3)
    upper = np.stack([u + shift, v + shift, gap + tilt * (u - 0.025)], axis=-1).reshape(-1, 3)
    triangles = grid_triangles(SHOWN)
    return np.concatenate([lower, upper]), np.concatenate([triangles, triangles + 36])


@given(st.floats(0.0005, 0.02))
@settings(max_examples=20)
def test_sheets_apart_do_not_cross(gap):
    places, triangles = two_sheets(gap)

    assert len(find_crossings(places, triangles)) == 0


def test_a_tilted_sheet_crosses_along_a_line():
    places, triangles = two_sheets(0.0, tilt=0.2)

    found = find_crossings(places, triangles)

    assert len(found) > 5
    at = places[found.edges[:, 0]] * (1 - found.shares[:, np.newaxis])
    at += places[found.edges[:, 1]] * found.shares[:, np.newaxis]
    corners = places[triangles[found.triangles]]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    away = ((at - corners[:, 0]) * normal).sum(axis=1) / np.linalg.norm(normal, axis=1)
    np.testing.assert_allclose(away, 0, atol=1e-9)


def test_a_triangle_that_shares_a_point_is_not_crossed():
    places = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0.2, 0.2, 1.0], [0.4, 0.1, 1.0]])
    triangles = np.array([[0, 1, 2], [0, 3, 4]])

    assert len(find_crossings(places, triangles)) == 0


def test_cells_with_a_hidden_point_are_not_drawn():
    shown = SHOWN.copy()
    shown[0, 0] = False

    assert len(grid_triangles(SHOWN)) == 50
    assert len(grid_triangles(shown)) == 48


def test_every_edge_is_listed_once():
    edges = mesh_edges(grid_triangles(SHOWN))

    assert len(edges) == len(np.unique(edges, axis=0)) == 30 + 30 + 25
