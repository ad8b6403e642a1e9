import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.imaging.isolating.matting import cut_out, sample, soften
from chalicelib.imaging.isolating.view import View


def a_disk(side: int, radius: float) -> np.ndarray:
    """Coverage of a disk, antialiased over about two pixels."""
    row, column = np.mgrid[0:side, 0:side]
    distance = np.hypot(row - side / 2, column - side / 2)
    return np.asarray(np.clip((radius - distance) / 2 + 0.5, 0, 1), dtype=np.float32)


def red_over_green(matte: np.ndarray) -> np.ndarray:
    red, green = np.array([200.0, 20, 30]), np.array([20.0, 180, 40])
    mixed = matte[..., None] * red + (1 - matte[..., None]) * green
    return np.asarray(np.rint(mixed), dtype=np.uint8)


def cut(photo: np.ndarray, matte: np.ndarray) -> np.ndarray:
    return cut_out(photo, matte, View.of(photo, matte))


def test_the_matte_follows_the_photos_edge_where_the_mask_is_a_little_off():
    truth = a_disk(240, 80)
    rough = a_disk(120, 40) > 0.5

    photo = red_over_green(truth)
    matte = soften(photo, photo, rough)

    # The disk's edge is 500 pixels long; the mask alone, two pixels to one, is off by 310.
    assert np.abs(matte - truth).sum() < 150


def test_away_from_the_boundary_the_matte_is_exactly_0_and_1():
    truth = a_disk(240, 80)

    photo = red_over_green(truth)
    matte = soften(photo, photo, truth > 0.5)

    assert (matte[a_disk(240, 60) == 1] == 1).all()
    assert (matte[a_disk(240, 100) == 0] == 0).all()


def test_a_mask_without_a_boundary_stays_as_it_is():
    photo = red_over_green(a_disk(64, 20))

    assert soften(photo, photo, np.zeros((32, 32), bool)).max() == 0
    assert soften(photo, photo, np.ones((32, 32), bool)).min() == 1


def test_the_soft_edge_carries_nothing_of_the_backgrounds_color():
    matte = a_disk(240, 80)

    cutout = cut(red_over_green(matte), matte)

    edge = cutout[(matte > 0.15) & (matte < 0.9)]
    # Of the 160 levels of green behind, no more than a hint is left.
    assert edge[:, 1].max() < 20 + 24
    assert edge[:, 0].min() > 200 - 30


def test_where_nothing_covers_the_cutout_is_black():
    matte = a_disk(120, 40)

    cutout = cut(red_over_green(matte), matte)

    assert cutout[cutout[..., 3] == 0].max() == 0


def test_where_the_cloth_covers_all_the_photo_is_kept_byte_for_byte():
    matte = a_disk(120, 40)
    photo = red_over_green(matte)

    cutout = cut(photo, matte)

    assert np.array_equal(cutout[matte == 1][:, :3], photo[matte == 1])


@given(st.floats(0, 6), st.floats(0, 8))
def test_a_linear_field_is_read_exactly_between_its_pixels(row, column):
    rows, columns = np.mgrid[0:7, 0:9]
    field = np.dstack([rows, columns, rows - columns]).astype(np.float32)

    place = (np.array([value], np.float32) for value in (row, column))

    read = sample(field, *place)

    np.testing.assert_allclose(read[0], [row, column, row - column], atol=1e-5)
