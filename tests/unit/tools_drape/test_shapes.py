"""Folding a width, doubling a grid, keeping a cloth in a file."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

pytest.importorskip("scipy", reason="the drape's geometry needs scipy")

from tools.poses.cloth import DrapedCloth
from tools.poses.physics.refining import doubled
from tools.poses.wrapping.shoulder import accordion
from tools.poses.wrapping.skirt import smooth

places = arrays(np.float64, (4, 3, 3), elements=st.floats(-2, 2))


@given(st.integers(1, 6).map(lambda k: 2 * k - 1))
def test_an_odd_number_of_folds_ends_on_the_other_edge(folds):
    across, layer = accordion(np.linspace(0, 1, 93), folds)

    assert (across[0], across[-1]) == (0, 1)
    assert (layer[0], layer[-1]) == (0, folds)
    assert (np.diff(layer) > 0).all()


@given(st.integers(2, 11))
def test_a_folded_width_never_leaves_its_stack(folds):
    across, _ = accordion(np.linspace(0, 1, 93), folds)

    assert across.min() >= 0
    assert across.max() <= 1


@given(places)
def test_doubling_keeps_the_points_there_were(grid):
    fine = doubled(grid)

    assert fine.shape == (7, 5, 3)
    np.testing.assert_array_equal(fine[::2, ::2], grid)
    np.testing.assert_allclose(fine[1, 0], (grid[0, 0] + grid[1, 0]) / 2)


@given(st.floats(-3, 3), st.floats(-3, 3))
def test_easing_never_turns_back(first, second):
    low, high = sorted([first, second])

    assert smooth(np.array(low)) <= smooth(np.array(high))


def test_a_cloth_survives_being_kept_in_a_file(tmp_path):
    cloth = DrapedCloth(
        np.random.default_rng(1).normal(size=(5, 4, 3)).astype(np.float32),
        np.linspace(0, 1, 5, dtype=np.float32),
        np.linspace(0, 0.5, 4, dtype=np.float32),
        np.arange(20).reshape(5, 4) % 3 > 0,
        {"drape": "A", "pleats": 7},
    )

    cloth.save(tmp_path / "cloth.npz")
    again = DrapedCloth.load(tmp_path / "cloth.npz")

    np.testing.assert_array_equal(again.places, cloth.places)
    np.testing.assert_array_equal(again.shown, cloth.shown)
    assert again.facts == cloth.facts
