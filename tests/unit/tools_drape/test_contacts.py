"""Cloth is kept from cloth, and no step takes it through."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

pytest.importorskip("numba", reason="the drape is simulated where numba is installed")

from tools.poses.physics import contacts
from tools.poses.physics.cells import find_near
from tools.poses.physics.crossings import find_crossings, grid_triangles, mesh_edges
from tools.poses.physics.gaps import measure_gaps, nearest_of_edges, nearest_of_triangle

SPACING = 0.01


def sheet(height: float, side: int = 4) -> NDArray[np.float64]:
    """A flat square of cloth, shape (side * side, 3), meters."""
    x, y = np.meshgrid(np.arange(side) * SPACING, np.arange(side) * SPACING, indexing="ij")
    return np.stack([x.ravel(), y.ravel(), np.full(side * side, height)], axis=1)


def two_sheets(apart: float) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Places and triangles of one sheet over another, not point over point."""
    below, above = sheet(0.0), sheet(apart) + np.array([0.0033, 0.0021, 0.0])
    triangles = grid_triangles(np.ones((4, 4), bool))
    return np.concatenate([below, above]), np.concatenate([triangles, triangles + 16])


def pairs_of(
    places: NDArray[np.float64], triangles: NDArray[np.int64], reach: float
) -> tuple[NDArray[np.int64], int]:
    """All pairs within reach, points and triangles first; how many of these there are."""
    found = np.empty((20000, 4), np.int64)
    listed = []
    points, edges = np.arange(len(places))[:, np.newaxis], mesh_edges(triangles)
    for ones, others in ((points, triangles), (edges, edges)):
        active = (np.ones(len(ones), bool), np.ones(len(others), bool))
        count = find_near(places, ones, others, active, (reach, SPACING), found)
        listed.append(found[:count].copy())
    return np.concatenate(listed), len(listed[0])


def four_points(seed: int) -> NDArray[np.float64]:
    """Four points anywhere, shape (4, 3)."""
    return np.random.default_rng(seed).uniform(-1, 1, (4, 3))


@given(st.integers(0, 2**31))
def test_no_place_of_a_triangle_is_nearer_than_the_nearest(seed: int) -> None:
    x = four_points(seed)
    shares, points = np.empty(4), np.arange(4)

    distance = nearest_of_triangle(x, points, shares)

    grid = [(v, w) for v in np.linspace(0, 1, 9) for w in np.linspace(0, 1, 9) if v + w <= 1]
    others = [np.linalg.norm(x[0] - x[1] - v * (x[2] - x[1]) - w * (x[3] - x[1])) for v, w in grid]
    assert distance <= min(others) + 1e-7
    assert np.isclose(np.linalg.norm(shares @ x), distance, atol=1e-7)


@given(st.integers(0, 2**31))
def test_no_places_of_two_edges_are_nearer_than_the_nearest(seed: int) -> None:
    x = four_points(seed)
    shares, points = np.empty(4), np.arange(4)

    distance = nearest_of_edges(x, points, shares)

    steps = np.linspace(0, 1, 9)
    others = [
        np.linalg.norm(x[0] + a * (x[1] - x[0]) - x[2] - b * (x[3] - x[2]))
        for a in steps
        for b in steps
    ]
    assert distance <= min(others) + 1e-4
    assert np.isclose(np.linalg.norm(shares @ x), distance, atol=1e-7)


def test_parts_that_share_a_point_are_not_near_each_other() -> None:
    places, triangles = sheet(0.0), grid_triangles(np.ones((4, 4), bool))

    pairs, _ = pairs_of(places, triangles, 0.0001)

    assert len(pairs) == 0


def test_every_layer_within_reach_is_found() -> None:
    places, triangles = two_sheets(0.002)

    pairs, split = pairs_of(places, triangles, 0.003)

    above = set(pairs[:split, 0][pairs[:split, 0] >= 16])
    assert {16, 17, 20, 21} <= above
    assert split < len(pairs)


@settings(max_examples=30)
@given(st.integers(0, 2**31), st.floats(0.0003, 0.003))
def test_no_step_takes_one_layer_through_the_other(seed: int, far: float) -> None:
    places, triangles = two_sheets(0.0008)
    pairs, split = pairs_of(places, triangles, 0.009)
    shares, away, gaps = np.empty((len(pairs), 4)), np.empty((len(pairs), 3)), np.empty(len(pairs))
    measure_gaps(places, pairs, split, shares, away, gaps)
    moved = places + np.random.default_rng(seed).normal(0, far, places.shape)

    contacts.cut_short(moved, places, pairs, split, away, gaps, np.ones(len(pairs), bool), 0.002)

    assert len(find_crossings(moved, triangles)) == 0


def test_layers_that_move_together_are_not_held_back() -> None:
    places, triangles = two_sheets(0.0008)
    pairs, split = pairs_of(places, triangles, 0.009)
    shares, away, gaps = np.empty((len(pairs), 4)), np.empty((len(pairs), 3)), np.empty(len(pairs))
    measure_gaps(places, pairs, split, shares, away, gaps)
    moved = places + np.array([0.001, 0.0, 0.001])

    held = contacts.cut_short(
        moved, places, pairs, split, away, gaps, np.ones(len(pairs), bool), 0.002
    )

    assert held == 0


def test_layers_too_close_are_pushed_apart_and_by_equal_shares() -> None:
    places, triangles = two_sheets(0.0008)
    pairs, split = pairs_of(places, triangles, 0.002)
    shares, away, gaps = np.empty((len(pairs), 4)), np.empty((len(pairs), 3)), np.empty(len(pairs))
    measure_gaps(places, pairs, split, shares, away, gaps)
    moved, free = places.copy(), np.ones(len(places))

    near = (shares, away, np.full(len(pairs), 0.0012))
    contacts.keep_apart(moved, places, free, pairs, near, 0.0)

    assert moved[16:, 2].mean() - moved[:16, 2].mean() > 0.0009
    assert np.isclose(moved[:, 2].mean(), places[:, 2].mean())
