import numpy as np
import pytest

from chalicelib.imaging.pattern.palette import nearest_in, palette_of

RED, GREEN, BLUE = (50.0, 60.0, 40.0), (70.0, -50.0, 40.0), (30.0, 20.0, -60.0)


def test_a_palette_names_the_most_frequent_color_first() -> None:
    colors = np.array([BLUE] * 100 + [RED] * 300 + [GREEN] * 200)

    palette = palette_of(colors, 3, 10_000)

    np.testing.assert_allclose(palette, [RED, GREEN, BLUE], atol=1e-4)


def test_the_same_colors_give_the_same_palette_whatever_was_drawn_before() -> None:
    colors = np.random.default_rng(3).uniform(-60, 90, (5000, 3))
    first = palette_of(colors, 8, 1000)
    palette_of(colors[::-1], 5, 500)

    again = palette_of(colors, 8, 1000)

    np.testing.assert_array_equal(first, again)


def test_each_pixel_gets_the_place_and_distance_of_its_nearest_color() -> None:
    palette = np.array([RED, GREEN, BLUE], np.float32)
    picture = np.array([[BLUE, RED], [np.add(GREEN, (0, 0, 3)), BLUE]])

    labels, apart = nearest_in(palette, picture)

    assert labels.tolist() == [[2, 0], [1, 2]]
    assert apart.ravel().tolist() == pytest.approx([0, 0, 3, 0], abs=1e-3)
