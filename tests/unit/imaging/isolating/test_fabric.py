import numpy as np

from chalicelib.imaging.isolating.fabric import bareness, structure, variedness
from chalicelib.imaging.isolating.view import View
from tests.unit.imaging import scenes


def a_patch() -> np.ndarray:
    patch = np.zeros((640, 480), np.float32)
    patch[100:540, 80:400] = 1
    return patch


def test_a_patch_of_floor_is_bare_for_it_is_like_what_is_around_it():
    assert bareness(View(scenes.a_floor(640, 480), a_patch())) > 0.9


def test_cloth_of_one_color_is_not_bare_for_its_edge_shows():
    photo = scenes.a_floor(640, 480)
    photo[a_patch() > 0.5] = (150, 24, 40)

    assert bareness(View(photo, a_patch())) < 0.1


def test_woven_cloth_is_not_bare_where_no_edge_shows():
    cloth = scenes.woven(640, 480, (178, 32, 48), (228, 190, 90))

    assert bareness(View(cloth, np.ones((640, 480), np.float32))) < 0.1


def test_a_flat_picture_without_an_edge_is_bare():
    photo = np.full((640, 480, 3), 128, np.uint8)

    assert bareness(View(photo, np.ones((640, 480), np.float32))) > 0.9


def test_one_cloth_has_its_colors_everywhere_and_a_scene_where_its_things_are():
    cloth = scenes.woven(640, 480, (178, 32, 48), (228, 190, 90))
    scene = cloth.copy()
    scene[:200], scene[200:420, :240] = (120, 170, 220), (90, 110, 60)

    whole = np.ones((640, 480), np.float32)

    assert variedness(View(cloth, whole)) < 0.15
    assert variedness(View(scene, whole)) > 0.4


def test_nothing_is_as_varied_as_can_be():
    nothing = np.zeros((64, 48), np.float32)

    assert variedness(View(scenes.a_floor(64, 48), nothing)) == 1.0


def test_what_is_alike_everywhere_and_nowhere_the_same_has_no_structure():
    everywhere = np.ones((480, 480), np.float32)
    gravel = scenes.gravel()
    folds = gravel.copy()
    folds[:, 160:320] //= 2

    assert structure(View(gravel, everywhere)) < 0.02
    assert structure(View(folds, everywhere)) > 0.1


def test_what_repeats_has_structure_though_it_is_small():
    cloth = scenes.woven(480, 480, (178, 32, 48), (228, 190, 90))

    assert structure(View(cloth, np.ones((480, 480), np.float32))) > 0.9
