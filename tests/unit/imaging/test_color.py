import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.imaging.color import to_lab, to_linear, to_srgb

EVERY_BYTE = np.arange(256, dtype=np.uint8)


def test_every_byte_survives_linear_light_and_back() -> None:
    linear = to_linear(EVERY_BYTE)

    encoded = to_srgb(linear)

    np.testing.assert_array_equal(encoded, EVERY_BYTE)


def test_pictures_of_any_shape_and_stride_are_decoded_alike() -> None:
    picture = np.arange(240, dtype=np.uint8).reshape(8, 10, 3)

    assert np.array_equal(to_linear(picture[::-1, ::2]), to_linear(picture)[::-1, ::2])
    assert to_linear(picture[:0]).shape == (0, 10, 3)


def test_half_the_light_is_far_more_than_half_the_byte() -> None:
    half = np.full((1, 1, 3), 0.5, np.float32)

    encoded = to_srgb(half)

    assert (encoded == 188).all()


@given(st.floats(-5, 0), st.floats(1, 50))
def test_what_no_screen_can_show_is_clipped(below: float, above: float) -> None:
    linear = np.array([below, above], np.float32)

    encoded = to_srgb(linear)

    assert encoded.tolist() == [0, 255]


def test_lab_of_white_red_and_black_is_as_published() -> None:
    picture = np.array([[[255, 255, 255], [255, 0, 0], [0, 0, 0]]], np.uint8)

    lab = to_lab(picture)

    published = np.array([[100, 0, 0], [53.24, 80.09, 67.2], [0, 0, 0]])
    np.testing.assert_allclose(lab[0], published, atol=0.1)
