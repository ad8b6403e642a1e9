"""Cloth that passes through itself is led out of itself, and refined without losing that."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

pytest.importorskip("numba", reason="the drape is simulated where numba is installed")

from tools.poses.physics.crossings import find_crossings, grid_triangles
from tools.poses.physics.refining import doubled
from tools.poses.physics.untangling import untangled


def two_strips(dip: float, turned: float = 0.0) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Two strips, the second one above but for a dent; joined by a strip nobody sees."""
    x, y = np.meshgrid(np.arange(9) * 0.0125, np.arange(4) * 0.0125, indexing="ij")
    dent = dip * (abs(x - 0.05) + abs(y - 0.02) < 0.02)
    below = np.stack([x, y, 0 * x], axis=-1)
    above = np.stack([x + 0.004, y + 0.003, 0.001 - dent], axis=-1)
    places = np.concatenate([below, np.full((1, 4, 3), 9.0), above])
    shown = np.ones((19, 4), bool)
    shown[9] = False
    return places @ Rotation.from_euler("xyz", [turned, 2 * turned, 3 * turned]).as_matrix(), shown


def crossings(places: NDArray[np.float64], shown: NDArray[np.bool_]) -> int:
    """Count how often the shown cloth passes through itself."""
    return len(find_crossings(places.reshape(-1, 3), grid_triangles(shown)))


@pytest.mark.parametrize("turned", [0.0, 0.7, 2.0])
def test_a_dent_through_the_lower_layer_is_lifted_out_of_it(turned: float) -> None:
    places, shown = two_strips(0.003, turned)
    assert crossings(places, shown) > 0

    parted = untangled(places, shown)

    assert crossings(parted, shown) == 0
    assert np.linalg.norm(parted - places, axis=-1).max() < 0.005


def test_a_rim_that_pokes_through_a_layer_is_drawn_back_out() -> None:
    places, shown = two_strips(0.0)
    places[13:15, 0, 2] -= 0.003
    assert crossings(places, shown) > 0

    assert crossings(untangled(places, shown), shown) == 0


def test_what_does_not_cross_stays_as_it_is() -> None:
    places, shown = two_strips(dip=0.0)

    assert np.array_equal(untangled(places, shown), places)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_finer_grid_is_the_same_surface(seed: int) -> None:
    places = np.random.default_rng(seed).normal(0, 1, (2, 2, 3))

    fine = doubled(places)

    a, b, c, d = places[0, 0], places[1, 0], places[1, 1], places[0, 1]
    assert np.allclose(fine[1, 1], (a + c) / 2)
    assert np.allclose(fine[2, 1], (b + c) / 2)
    assert np.allclose(fine[1, 2], (d + c) / 2)
    assert np.array_equal(fine[::2, ::2], places)
