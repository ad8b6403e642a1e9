import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.color import to_linear, to_srgb
from chalicelib.imaging.flattening.shading import Layout, divided, light_on
from chalicelib.imaging.image import Rgb8
from tests.unit.imaging.spreads import (
    BOTTOM_M,
    GOLD,
    LENGTH_M,
    PALLU_M,
    PPM,
    TOP_M,
    WIDTH_M,
    a_strip,
)

START_M = LENGTH_M - PALLU_M
LAYOUT = Layout(WIDTH_M, TOP_M, BOTTOM_M, START_M, START_M)
WIDTH = a_strip().shape[1]
SEEN = np.ones(a_strip().shape[:2], np.bool_)


def lit(light: NDArray[np.float64]) -> Rgb8:
    return to_srgb(to_linear(a_strip()) * light[..., None].astype(np.float32))


def spread_of_ground(strip: Rgb8) -> float:
    body = to_linear(strip[60:280, 30:430])
    red = body[..., 0][np.abs(a_strip()[60:280, 30:430, 0].astype(int) - 150) < 3]
    return float(red.std() / red.mean())


def test_a_falloff_over_the_room_is_divided_out() -> None:
    light = np.broadcast_to(np.linspace(0.45, 1, WIDTH)[None], SEEN.shape)
    photo = lit(light)

    even = divided(photo, light_on(photo, SEEN, PPM, LAYOUT))

    assert spread_of_ground(photo) > 0.12
    assert spread_of_ground(even) < 0.03


def test_folds_are_divided_out() -> None:
    s = np.arange(WIDTH) / PPM
    light = np.broadcast_to(1 - 0.25 * np.sin(2 * np.pi * s / 0.1)[None] ** 2, SEEN.shape)
    photo = lit(light)

    even = divided(photo, light_on(photo, SEEN, PPM, LAYOUT))

    assert spread_of_ground(even) < 0.5 * spread_of_ground(photo)


def test_light_without_color_changes_no_hue() -> None:
    light = np.broadcast_to(np.linspace(0.5, 1, WIDTH)[None], SEEN.shape)
    photo = lit(light)

    even = to_linear(divided(photo, light_on(photo, SEEN, PPM, LAYOUT)))

    gold = np.abs(a_strip().astype(int) - GOLD).max(axis=2) == 0
    gain = even[gold] / to_linear(photo)[gold]
    assert np.abs(gain[:, :2] / gain[:, 2:] - 1).max() < 0.12
    assert np.abs(gain[:, :2] / gain[:, 2:] - 1).mean() < 0.02


def test_even_light_leaves_the_cloth_as_it_is() -> None:
    even = divided(a_strip(), light_on(a_strip(), SEEN, PPM, LAYOUT))

    off = np.abs(even.astype(int) - a_strip().astype(int))
    assert np.quantile(off, 0.95) < 12


def test_light_that_falls_off_across_the_cloth_is_divided_out_of_the_pallu_too() -> None:
    height = len(SEEN)
    light = np.broadcast_to(np.linspace(0.6, 1, height)[:, None], SEEN.shape)

    even = to_linear(divided(lit(light), light_on(lit(light), SEEN, PPM, LAYOUT)))

    true = to_linear(a_strip())
    column = WIDTH - 30
    ratio = even[60:280, column, 1] / true[60:280, column, 1]
    assert ratio[:30].mean() / ratio[-30:].mean() > 0.85
