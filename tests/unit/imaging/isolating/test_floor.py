import numpy as np

from chalicelib.imaging.image import Mask, Rgb8
from chalicelib.imaging.isolating.floor import Floor
from tests.unit.imaging import scenes


def a_saree(floor: Rgb8) -> tuple[Rgb8, Mask]:
    cloth = scenes.woven(512, 512, (178, 32, 48), (228, 190, 90))
    return scenes.lay(floor, cloth, [(150, 60), (362, 60), (380, 460), (132, 460)])


def known(photo: Rgb8, cloth: Mask) -> Floor:
    floor = Floor.around(photo, cloth)
    assert floor is not None
    return floor


def test_cloth_that_fills_the_photo_leaves_no_floor():
    photo = scenes.woven(400, 300, (178, 32, 48), (228, 190, 90))

    assert Floor.around(photo, np.ones((400, 300), np.bool_)) is None


def test_one_floor_in_uneven_light_varies_little():
    photo, cloth = a_saree(scenes.a_floor(512, 512))

    assert known(photo, cloth).varied < 2


def test_surfaces_side_by_side_are_not_one_floor():
    ground = scenes.a_floor(512, 512)
    for row in range(0, 512, 128):
        ground[row : row + 64] = scenes.a_floor(64, 512, (150, 160, 180))

    assert known(*a_saree(ground)).varied > 4


def test_things_that_lie_about_are_clutter():
    ground, random = scenes.a_floor(512, 512), np.random.default_rng(3)
    for row, column in random.integers(0, 490, (60, 2)):
        ground[row : row + 22, column : column + 22] = random.integers(0, 255, 3)

    assert known(*a_saree(ground)).cluttered
    assert not known(*a_saree(scenes.a_floor(512, 512))).cluttered


def test_the_cloth_departs_from_the_floor_beside_it_and_a_shadow_does_not():
    photo, cloth = a_saree(scenes.a_floor(512, 512))
    photo[460:480] = np.rint(photo[460:480] * 0.6)
    far, rare = known(photo, cloth).departure(photo, np.ones_like(cloth))

    assert (far[cloth] > 10).mean() > 0.9
    assert rare[cloth].mean() > 0.9
    assert far[464:476].max() < 4


def test_nothing_is_said_of_places_that_were_not_asked_for():
    photo, cloth = a_saree(scenes.a_floor(512, 512))
    where = np.zeros_like(cloth)
    far, rare = known(photo, cloth).departure(photo, where)

    assert not far.any()
    assert not rare.any()
