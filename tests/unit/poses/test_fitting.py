import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.poses.fitting import Fit

NOMINAL = (5.5, 1.15)
lengths = st.floats(4.5, 9)
widths = st.floats(0.9, 1.3)
borders = st.floats(0.02, 0.15)


def points(*meters: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.array(meters, np.float32)


def test_the_nominal_saree_stays_where_it_is() -> None:
    fit = Fit.between(NOMINAL, NOMINAL, (0.1, 0.06))
    s, t = points(0, 1, 5.5), points(0, 0.05, 0.5, 1.1, 1.15)

    moved = fit.along(s), fit.across(t)

    np.testing.assert_allclose(moved[0], s)
    np.testing.assert_allclose(moved[1], t, atol=1e-6)


@given(lengths)
def test_the_pallu_ends_at_the_end_whatever_the_length(length: float) -> None:
    fit = Fit.between(NOMINAL, (length, 1.15), (0.1, 0.06))

    s = fit.along(points(5.5, 5.0))

    np.testing.assert_allclose(s, [length, length - 0.5], atol=1e-5)


@given(widths, borders, borders)
def test_both_borders_keep_their_full_width(width: float, hem: float, upper: float) -> None:
    fit = Fit.between(NOMINAL, (5.5, width), (hem, upper))

    t = fit.across(points(0, hem / 2, hem, 1.15 - upper, 1.15 - upper / 2, 1.15))

    expected = [0, hem / 2, hem, width - upper, width - upper / 2, width]
    np.testing.assert_allclose(t, expected, atol=1e-5)


@given(widths, borders, borders)
def test_across_the_cloth_nothing_is_cut_or_shown_twice(
    width: float, hem: float, upper: float
) -> None:
    fit = Fit.between(NOMINAL, (5.5, width), (hem, upper))

    t = fit.across(np.linspace(0, 1.15, 200, dtype=np.float32))

    assert (np.diff(t) > 0).all()
    assert t[0] == pytest.approx(0, abs=1e-5)
    assert t[-1] == pytest.approx(width, abs=1e-5)


def test_a_shorter_saree_is_continued_as_its_mirror_image_at_the_inner_end() -> None:
    fit = Fit.between(NOMINAL, (5.0, 1.15), (0.1, 0.06))

    s = fit.along(points(0.5, 0.4, 0.0))

    np.testing.assert_allclose(s, [0, 0.1, 0.5], atol=1e-6)


def test_stretch_is_told_between_the_borders_only() -> None:
    fit = Fit.between(NOMINAL, (5.5, 1.25), (0.1, 0.05))

    stretch = fit.stretch(points(0.05, 0.5, 1.12))

    np.testing.assert_allclose(stretch, [1, 1.1, 1], atol=1e-6)


@pytest.mark.parametrize("size", [(0, 1.15), (5.5, -1)])
def test_a_saree_without_extent_is_refused(size: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="length and a width"):
        Fit.between(NOMINAL, size, (0.1, 0.06))
