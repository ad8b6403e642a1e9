import numpy as np
import pytest

from chalicelib.imaging.isolating.bars import between_bars
from tests.unit.imaging import scenes


def barred(color: int, above: int = 60, below: int = 50) -> np.ndarray:
    """A photo between two bars that grain and compression left almost flat."""
    photo, _ = scenes.a_spread_saree()
    photo = np.pad(photo, ((above, below), (0, 0), (0, 0)), constant_values=color)
    noise = np.random.default_rng(3).integers(-3, 4, photo.shape)
    return np.clip(photo.astype(int) + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("color", [0, 255], ids=["black", "white"])
def test_bars_above_and_below_are_left_out(color):
    rows, columns = between_bars(barred(color))

    # A bar's edge may be blurred over a block of compression.
    assert 60 <= rows.start <= 70
    assert 690 <= rows.stop <= 700
    assert columns == slice(0, 480)


def test_bars_left_and_right_are_left_out_as_well():
    photo = np.rot90(barred(0)).copy()

    rows, columns = between_bars(photo)

    assert rows == slice(0, 480)
    assert 60 <= columns.start <= 70
    assert 690 <= columns.stop <= 700


def test_a_backdrop_that_goes_on_beside_a_garment_is_no_bar():
    photo, _ = scenes.white_on_white()

    assert between_bars(photo) == (slice(0, photo.shape[0]), slice(0, photo.shape[1]))


def test_a_flat_strip_on_one_side_alone_is_no_bar():
    photo = barred(0, below=0)

    assert between_bars(photo) == (slice(0, photo.shape[0]), slice(0, photo.shape[1]))


def test_a_photo_of_one_color_is_left_whole():
    photo = np.full((90, 120, 3), 128, np.uint8)

    assert between_bars(photo) == (slice(0, 90), slice(0, 120))
