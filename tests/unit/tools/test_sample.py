from dataclasses import replace

import cv2
import numpy as np
import pytest

from tools.designs.collection import DESIGNS
from tools.sample.camera import Camera
from tools.sample.photo import Photo, make_photo
from tools.sample.shot import Lens, Light, Shot
from tools.sample.wrinkles import Wrinkles

SMALL = Camera(height=320, width=240)
SMOOTH = Wrinkles(height_mm=0, drift_mm=0, creases=0, count=0)


@pytest.fixture(scope="module")
def photo() -> Photo:
    return make_photo(DESIGNS["ruler_cloth"](), Shot(camera=SMALL))


def test_a_pixel_s_place_on_the_floor_leads_back_to_the_pixel() -> None:
    camera = replace(SMALL, roll_deg=3)
    row, column = np.array([10.0, 200, 310]), np.array([5.0, 120, 230])

    there = camera.floor(row, column)

    np.testing.assert_allclose(camera.pixels(there), np.stack([row, column], -1), atol=1e-6)


def test_the_pallu_lies_near_and_the_upper_border_right(photo: Photo) -> None:
    (left, near), (right, _) = photo.truth["pallu_edge"]
    far = photo.truth["pallu_line"][0][1]

    assert right > left
    assert near > far


def test_the_true_grid_lies_on_the_cloth(photo: Photo) -> None:
    inner = [point for point in photo.truth["grid"] if 0.1 < point[1] < 1.0 and point[0] < 5.4]

    on_cloth = [photo.cloth[int(row), int(column)] for _, _, column, row in inner]

    assert len(inner) > 100
    assert all(on_cloth)


def test_of_a_smooth_cloth_the_homography_is_the_whole_truth() -> None:
    cloth = DESIGNS["ruler_cloth"]()

    truth = make_photo(cloth, Shot(camera=SMALL, wrinkles=SMOOTH, floor="tiles")).truth

    grid = np.array(truth["grid"])
    expected = cv2.perspectiveTransform(grid[np.newaxis, :, :2], np.array(truth["homography"]))
    np.testing.assert_allclose(expected[0], grid[:, 2:], atol=0.05)


def test_through_the_homography_the_photo_shows_the_strip() -> None:
    cloth = DESIGNS["checked_cotton"]()
    even = Light(color=(1, 1, 1), falloff=0, ambient=1, shadow=0)
    lens = Lens(blur=0, noise=0, vignette=0)
    camera = Camera(height=640, width=480)
    shot = Shot(camera=camera, wrinkles=SMOOTH, light=even, lens=lens, floor="tiles")

    photo = make_photo(cloth, shot)

    # Fabric points 2 mm apart over half a meter at the pallu's opening.
    s, t = np.meshgrid(np.arange(4.5, 5.0, 0.002), np.arange(1.0, 0.2, -0.002))
    there = cv2.perspectiveTransform(
        np.stack([s, t], -1).reshape(1, -1, 2), np.array(photo.truth["homography"])
    )
    columns, rows = np.moveaxis(there.reshape(*s.shape, 2).astype(np.float32), -1, 0)
    lifted = cv2.remap(photo.pixels, columns, rows, cv2.INTER_LINEAR)
    strip = cv2.blur(cloth.pixels, (5, 5))[150:950:2, 4500:5000:2]
    assert np.corrcoef(lifted.mean(2).ravel(), strip.mean(2).ravel())[0, 1] > 0.9


def test_a_shot_is_a_photo() -> None:
    cloth = DESIGNS["kasavu"]()
    calm = Wrinkles(count=1)
    shot = Shot(camera=Camera(height=160, width=120), wrinkles=calm, floor="tiles", seed=5)

    one, same, other = (make_photo(cloth, s) for s in (shot, shot, replace(shot, seed=6)))

    assert (one.pixels == same.pixels).all()
    assert (one.pixels != other.pixels).any()
