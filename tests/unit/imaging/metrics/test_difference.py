import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.color import deltaE_ciede2000

from chalicelib.imaging.metrics.difference import ciede2000
from chalicelib.imaging.metrics.kinds import Plane

# Sharma, Wu, Dalal 2005, table 1: pairs that tell implementations apart.
PUBLISHED = [
    ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
    ((50.0, -1.3802, -84.2814), (50.0, 0.0, -82.7485), 1.0),
    ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
    ((50.0, 2.49, -0.001), (50.0, -2.49, 0.0009), 7.1792),
    ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
    ((50.0, 2.5, 0.0), (58.0, 24.0, 15.0), 19.4535),
    ((22.7233, 20.0904, -46.694), (23.0331, 14.973, -42.5619), 2.0373),
    ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
]


def colors(seed: int, count: int, spread: float) -> Plane:
    random = np.random.default_rng(seed)
    return random.uniform((0, -spread, -spread), (100, spread, spread), (count, 3)).astype(
        np.float32
    )


def scikit_images(first: Plane, second: Plane) -> Plane:
    return np.asarray(deltaE_ciede2000(first.astype(np.float64), second.astype(np.float64)))


@pytest.mark.parametrize(("first", "second", "difference"), PUBLISHED)
def test_it_gives_the_published_differences(
    first: tuple[float, ...], second: tuple[float, ...], difference: float
) -> None:
    found = ciede2000(np.array([first], np.float32), np.array([second], np.float32))

    assert found[0] == pytest.approx(difference, abs=2e-3)


@given(st.integers(0, 1000), st.floats(2, 90), st.floats(0.1, 20))
@settings(max_examples=40)
def test_it_is_scikit_images_to_two_thousandths(seed: int, spread: float, step: float) -> None:
    first = colors(seed, 400, spread)
    second = (first + np.random.default_rng(seed).normal(0, step, first.shape)).astype(np.float32)

    difference = ciede2000(first, second)

    # Where the two hues are opposite the mean hue is any direction; both choices are right.
    opposite = np.abs(np.degrees(hue(first) - hue(second)) % 360 - 180) < 0.5
    theirs = scikit_images(first, second)
    np.testing.assert_allclose(difference[~opposite], theirs[~opposite], atol=0.002)


def hue(lab: Plane) -> Plane:
    return np.asarray(np.arctan2(lab[:, 2], lab[:, 1]))


@given(st.integers(0, 1000))
@settings(max_examples=20)
def test_it_does_not_matter_which_color_comes_first(seed: int) -> None:
    first, second = colors(seed, 50, 60), colors(seed + 1, 50, 60)

    np.testing.assert_allclose(ciede2000(first, second), ciede2000(second, first), atol=1e-3)


def test_a_color_does_not_differ_from_itself() -> None:
    first = colors(1, 200, 60)

    assert ciede2000(first, first).max() == 0
