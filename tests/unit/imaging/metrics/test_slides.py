import numpy as np
import pytest

from chalicelib.imaging.metrics.slides import told_by_slides

PLACES = np.array([[0, 0], [0, 300], [200, 20], [180, 320], [90, 150], [40, 240]], np.float64)


@pytest.mark.parametrize("factor", [0.03, -0.05])
def test_windows_that_slide_apart_are_magnified(factor: float) -> None:
    scale, turn = told_by_slides(PLACES, PLACES * factor)

    assert abs(scale) == pytest.approx(abs(factor), abs=0.004)
    assert turn == pytest.approx(0, abs=0.01)


def test_windows_that_slide_around_each_other_are_turned() -> None:
    slides = np.stack([-PLACES[:, 1], PLACES[:, 0]], axis=1) * np.tan(np.radians(2))

    scale, turn = told_by_slides(PLACES, slides)

    assert abs(turn) == pytest.approx(2, abs=0.1)
    assert scale == pytest.approx(0, abs=0.01)


def test_a_pattern_stretched_along_one_thread_is_magnified() -> None:
    scale, _ = told_by_slides(PLACES, PLACES * np.array([0, 0.06]))

    assert abs(scale) == pytest.approx(0.06, abs=0.005)


def test_windows_that_slide_alike_are_neither() -> None:
    assert told_by_slides(PLACES, np.full_like(PLACES, 7.0)) == (0.0, 0.0)


def test_windows_that_slide_at_random_are_neither() -> None:
    slides = np.random.default_rng(0).normal(0, 5, PLACES.shape)

    assert told_by_slides(PLACES, slides) == (0.0, 0.0)


def test_of_few_windows_a_fit_must_leave_less() -> None:
    slides = np.random.default_rng(11).normal(0, 5, (3, 2))

    assert told_by_slides(PLACES[:3], slides) == (0.0, 0.0)


def test_two_windows_tell_nothing() -> None:
    assert told_by_slides(PLACES[:2], PLACES[:2] * 0.1) == (0.0, 0.0)
