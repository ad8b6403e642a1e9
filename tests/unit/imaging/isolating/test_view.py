import numpy as np

from chalicelib.imaging.isolating.view import View


def test_a_large_photo_and_its_matte_are_reduced_to_one_size():
    photo, matte = np.zeros((1500, 3000, 3), np.uint8), np.zeros((1500, 3000), np.float32)
    photo[:750], matte[:750] = 200, 1

    view = View.of(photo, matte)

    assert view.photo.shape == (512, 1024, 3)
    assert view.cloth.shape == (512, 1024)
    assert view.cloth[:256].all()
    assert not view.cloth[256:].any()


def test_what_is_small_already_is_left_as_it_is():
    photo, matte = np.full((40, 30, 3), 7, np.uint8), np.full((40, 30), 0.25, np.float32)

    again = View.of(photo, matte).at(40)

    assert np.array_equal(again.photo, photo)
    assert np.array_equal(again.matte, matte)


def test_a_matte_at_the_photos_size_is_brought_to_that_of_a_reduced_photo():
    matte = np.zeros((400, 200), np.float32)
    matte[:100] = 1

    view = View.of(np.zeros((100, 50, 3), np.uint8), matte)

    assert view.cloth.shape == (100, 50)
    assert view.cloth[:25].all()
    assert not view.cloth[25:].any()
