"""The first shape is led to the order of its layers, and refined without losing it."""

import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("numba", reason="the drape is simulated where numba is installed")

from tools.poses.physics.crossings import find_crossings, grid_triangles
from tools.poses.physics.refining import doubled
from tools.poses.physics.untangling import untangled


def two_strips(dip: float) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Two strips, the second one above but for a dent; joined by a strip nobody sees."""
    x, y = np.meshgrid(np.arange(9) * 0.0125, np.arange(4) * 0.0125, indexing="ij")
    below = np.stack([x, y, 0 * x], axis=-1)
    above = np.stack([x + 0.004, y + 0.003, 0.001 - dip * (abs(x - 0.05) < 0.02)], axis=-1)
    places = np.concatenate([below, np.full((1, 4, 3), 9.0), above])
    order = np.repeat(np.arange(19.0) > 9, 4).reshape(19, 4).astype(float)
    shown = np.ones((19, 4), bool)
    shown[9] = False
    return places, order, shown


def crossings(places: NDArray[np.float64], shown: NDArray[np.bool_]) -> int:
    """Count how often the shown cloth passes through itself."""
    return len(find_crossings(places.reshape(-1, 3), grid_triangles(shown)))


def up(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """The body is far below: outward is up."""
    return np.broadcast_to(np.array([0.0, 0.0, 1.0]), places.shape)


def test_a_dent_through_the_lower_layer_is_lifted_out_of_it() -> None:
    places, order, shown = two_strips(dip=0.003)
    assert crossings(places, shown) > 0

    parted = untangled(places, order, shown, up)

    assert crossings(parted, shown) == 0
    assert parted[14, 2, 2] > parted[4, 2, 2]


def test_what_does_not_cross_stays_as_it_is() -> None:
    places, order, shown = two_strips(dip=0.0)

    parted = untangled(places, order, shown, up)

    assert np.array_equal(parted, places)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_finer_grid_is_the_same_surface(seed: int) -> None:
    places = np.random.default_rng(seed).normal(0, 1, (2, 2, 3))

    fine = doubled(places)

    a, b, c, d = places[0, 0], places[1, 0], places[1, 1], places[0, 1]
    assert np.allclose(fine[1, 1], (a + c) / 2)
    assert np.allclose(fine[2, 1], (b + c) / 2)
    assert np.allclose(fine[1, 2], (d + c) / 2)
    assert np.array_equal(fine[::2, ::2], places)
