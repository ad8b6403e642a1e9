import cv2
import numpy as np
import pytest
from skimage import data

from chalicelib.imaging.isolating.cascade import frontal_faces
from chalicelib.imaging.isolating.figure import find_face
from tests.unit.imaging import scenes


def a_portrait(light: tuple[float, float, float] = (1, 1, 1)) -> np.ndarray:
    """A person of scikit-image's own, small before a gray wall."""
    person = cv2.resize(data.astronaut(), (230, 230), interpolation=cv2.INTER_AREA)
    wall = np.full((512, 384, 3), (150, 152, 156), np.uint8)
    wall[10:240, 80:310] = person
    lit: np.ndarray = np.clip(wall * np.array(light), 0, 255).astype(np.uint8)
    return lit


@pytest.mark.parametrize(
    "light",
    [
        pytest.param((1, 1, 1), id="as it is"),
        pytest.param((0.7, 0.7, 0.7), id="dim"),
        pytest.param((1.1, 1.0, 0.8), id="lamplight"),
        pytest.param((0.85, 1.0, 1.15), id="shade"),
    ],
)
def test_a_face_is_found_where_it_is_in_any_light(light):
    surest, *_ = frontal_faces(a_portrait(light))

    middle = surest.top + surest.side / 2, surest.left + surest.side / 2
    assert 35 < middle[0] < 80
    assert 165 < middle[1] < 200


def test_a_mirrored_face_is_found_in_the_mirrored_place():
    photo = a_portrait()

    (straight, *_), (mirrored, *_) = frontal_faces(photo), frontal_faces(photo[:, ::-1].copy())

    assert abs(straight.left + mirrored.left + straight.side - 384) < 12
    assert abs(straight.top - mirrored.top) < 12


def test_a_frontal_face_is_that_of_a_person():
    face = find_face(a_portrait())

    assert face is not None
    assert face.score > 2


def test_a_face_printed_in_blue_is_nobodys():
    printed = a_portrait()[..., ::-1].copy()
    printed[..., 0] //= 3

    face = find_face(printed)

    assert face is None or face.score < 2


def test_woven_cloth_and_photos_too_small_for_a_face_have_none():
    photo, _ = scenes.a_spread_saree()

    assert list(frontal_faces(photo)) == []
    assert list(frontal_faces(photo[:40, :40].copy())) == []
