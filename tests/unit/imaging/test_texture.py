import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from chalicelib.imaging.image import Rgb8
from chalicelib.imaging.texture import (
    best_shift,
    cheapest_cut,
    fill_down_columns,
    joined,
    periodic_tile,
)

PPM = 200.0


def waves(length: int, period: int) -> Rgb8:
    column = np.arange(length)
    band = np.full((30, length, 3), 90, np.uint8)
    band[8:22, (column % period) < period // 3] = (220, 180, 60)
    return band


def test_the_shift_found_is_a_whole_number_of_repeats() -> None:
    band = waves(400, 37)

    shift, likeness = best_shift(band, PPM, 0.5, 1.6)

    assert shift % 37 == 0
    assert likeness > 0.9


@settings(max_examples=20, deadline=None)
@given(st.integers(12, 60))
def test_a_tile_of_whole_repeats_follows_itself_without_a_seam(period: int) -> None:
    band = waves(6 * period, period)

    tile = periodic_tile(band, 4 * period, period)

    assert np.array_equal(np.tile(tile, (1, 2, 1))[:, : 6 * period], waves(6 * period, period))


def test_a_join_begins_as_the_one_and_ends_as_the_other() -> None:
    left, right = np.full((20, 30, 3), 10, np.uint8), np.full((20, 30, 3), 200, np.uint8)

    both = joined(left, right)

    assert (both[:, 0] == 10).all()
    assert (both[:, -1] == 200).all()


@settings(max_examples=30, deadline=None)
@given(arrays(np.float32, (9, 7), elements=st.floats(0, 100, width=32)))
def test_a_cut_is_connected_and_costs_no_more_than_any_straight_one(
    cost: NDArray[np.float32],
) -> None:
    path = cheapest_cut(cost)

    assert np.abs(np.diff(path)).max() <= 1
    assert cost[np.arange(9), path].sum() <= cost.sum(axis=0).min() + 1e-3


def test_unseen_pixels_take_the_nearest_color_of_their_column() -> None:
    strip = np.zeros((5, 2, 3), np.uint8)
    strip[1], strip[4] = 50, 90
    seen = np.zeros((5, 2), np.bool_)
    seen[[1, 4]] = True

    filled = fill_down_columns(strip, seen)

    assert filled[:, 0, 0].tolist() == [50, 50, 50, 90, 90]
