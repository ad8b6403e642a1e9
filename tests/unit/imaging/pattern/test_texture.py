import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from chalicelib.imaging.image import Rgb8
from chalicelib.imaging.pattern.texture import (
    cheapest_cuts,
    extended,
    extended_down,
    fill_down_columns,
    joined,
)

PPM = 200.0


def waves(length: int, period: int) -> Rgb8:
    column = np.arange(length)
    band = np.full((30, length, 3), 90, np.uint8)
    band[8:22, (column % period) < period // 3] = (220, 180, 60)
    return band


@settings(max_examples=20)
@given(st.integers(12, 60), st.integers(0, 300), st.integers(0, 300))
def test_a_band_goes_on_in_its_own_repeat_on_both_sides(
    period: int, before: int, after: int
) -> None:
    band = waves(6 * period, period)

    whole, own = extended(band, before, after, PPM, period / PPM)

    columns = np.arange(-before, 6 * period + after) % period
    assert np.array_equal(whole, waves(period, period)[:, columns])
    assert np.array_equal(whole[:, own], waves(period, period)[:, columns][:, own])


@pytest.mark.parametrize("known", [True, False])
def test_a_band_with_grain_is_not_repeated_in_one_rhythm(known: bool) -> None:
    band = waves(400, 20)
    grain = np.random.default_rng(0).integers(-9, 10, band.shape)
    band = np.clip(band.astype(int) + grain, 0, 255).astype(np.uint8)

    whole, _ = extended(band, 0, 1600, PPM, 0.1 if known else None)

    grainy = whole[:8].astype(float).mean(axis=(0, 2))
    grainy -= grainy.mean()
    again = [float((grainy[:-s] * grainy[s:]).sum() / (grainy**2).sum()) for s in range(150, 1000)]
    assert max(again) < 0.75
    motif = whole[12:18].astype(float).mean(axis=(0, 2)) > 130
    assert (motif == (np.arange(2000) % 20 < 6)).mean() > 0.97


def test_what_stands_in_the_band_stays_where_it_was() -> None:
    band = np.random.default_rng(1).integers(0, 256, (40, 300, 3)).astype(np.uint8)

    whole, own = extended(band, 170, 90, PPM, None)

    assert whole.shape == (40, 560, 3)
    assert np.array_equal(whole[:, own], band[:, own.start - 170 : own.stop - 170])
    assert own.stop - own.start > 200


def test_a_band_that_is_long_enough_is_left_alone() -> None:
    band = np.random.default_rng(1).integers(0, 256, (40, 300, 3)).astype(np.uint8)

    whole, own = extended_down(band, 0, 0, PPM, None)

    assert np.array_equal(whole, band)
    assert (own.start, own.stop) == (0, 40)


@pytest.mark.parametrize("width", [1, 5, 23, 24, 40])
def test_a_narrow_band_is_continued_all_the_same(width: int) -> None:
    band = np.full((10, width, 3), 77, np.uint8)

    whole, _ = extended(band, 100, 100, PPM, None)

    assert whole.shape == (10, width + 200, 3)
    assert (whole == 77).all()


def test_a_join_begins_as_the_one_and_ends_as_the_other() -> None:
    left, right = np.full((20, 30, 3), 10, np.uint8), np.full((20, 30, 3), 200, np.uint8)

    both = joined(left, right)

    assert (both[:, 0] == 10).all()
    assert (both[:, -1] == 200).all()


@settings(max_examples=30)
@given(arrays(np.float32, (9, 7), elements=st.floats(0, 100, width=32)))
def test_a_cut_is_connected_and_costs_no_more_than_any_straight_one(
    cost: NDArray[np.float32],
) -> None:
    path = cheapest_cuts(cost[None])[0]

    assert np.abs(np.diff(path)).max() <= 1
    assert cost[np.arange(9), path].sum() <= cost.sum(axis=0).min() + 1e-3


def test_unseen_pixels_take_the_nearest_color_of_their_column() -> None:
    strip = np.zeros((5, 2, 3), np.uint8)
    strip[1], strip[4] = 50, 90
    seen = np.zeros((5, 2), np.bool_)
    seen[[1, 4]] = True

    filled = fill_down_columns(strip, seen)

    assert filled[:, 0, 0].tolist() == [50, 50, 50, 90, 90]
