import cv2
import numpy as np
import pytest

from chalicelib.imaging.image import Mask, Rgb8
from chalicelib.imaging.isolating.floor import Floor
from chalicelib.imaging.isolating.segmentation import segment
from chalicelib.imaging.isolating.selvedge import lost_rims as rims_of
from tests.unit.imaging import scenes

_BODY = [(300, 150), (700, 150), (740, 850), (260, 850)]
_WITH_RIM = [(290, 150), (710, 150), (750, 850), (250, 850)]
_PALE = (222, 218, 232)
_RIM_WIDTH = 10


def a_floor() -> Rgb8:
    return scenes.a_floor(1000, 1000)


def lost_rims(photo: Rgb8, cloth: Mask) -> Mask:
    floor = Floor.around(photo, cloth)
    assert floor is not None
    return rims_of(photo, cloth, floor)


def laid_on(floor: Rgb8, rim: Rgb8 | None = None) -> tuple[Rgb8, Mask, Mask]:
    """A saree, its body as a cut would find it, and the rims to its left and right."""
    body = scenes.woven(1000, 1000, (178, 32, 48), (228, 190, 90))
    photo, whole = scenes.lay(floor, body if rim is None else rim, _WITH_RIM)
    photo, cloth = scenes.lay(floor if rim is None else photo, body, _BODY)
    return photo, cloth, whole & ~cloth


def a_plain(color: tuple[int, int, int]) -> Rgb8:
    return np.full((1000, 1000, 3), color, np.uint8)


@pytest.mark.parametrize("color", [_PALE, (232, 106, 40)])
def test_a_selvedge_that_a_cut_left_with_the_floor_is_found(color):
    photo, cloth, rim = laid_on(a_floor(), a_plain(color))

    found = lost_rims(photo, cloth)

    assert (found & rim).sum() > 0.9 * rim.sum()
    assert (found & ~rim).sum() < 0.1 * rim.sum()


def test_what_lies_between_a_rim_and_the_cloth_is_cloth():
    outer = [(282, 150), (500, 150), (470, 850), (242, 850)]
    inner = [(290, 158), (500, 158), (470, 842), (250, 842)]
    photo, _ = scenes.lay(a_floor(), a_plain(_PALE), outer)
    photo, enclosed = scenes.lay(photo, a_floor(), inner)
    photo, cloth, _ = laid_on(photo)

    found = lost_rims(photo, cloth)

    assert (found & enclosed & ~cloth).sum() > 0.9 * (enclosed & ~cloth).sum()


def test_where_nothing_is_lost_nothing_is_found():
    photo, cloth, _ = laid_on(a_floor())

    assert not lost_rims(photo, cloth).any()


def test_a_shadow_beside_the_cloth_is_floor():
    shaded = scenes.lay(a_floor(), np.rint(a_floor() * 0.6).astype(np.uint8), _WITH_RIM)[0]
    photo, cloth, _ = laid_on(shaded)

    assert not lost_rims(photo, cloth).any()


def test_a_blush_without_an_edge_is_floor():
    glow = cv2.GaussianBlur(laid_on(a_floor())[1].astype(np.float32), (0, 0), 12)[..., None]
    tinted = a_floor() + glow * np.array([30, -60, -60], np.float32)
    photo, cloth, _ = laid_on(np.clip(np.rint(tinted), 0, 255).astype(np.uint8))

    assert not lost_rims(photo, cloth).any()


def test_a_plank_along_the_cloth_is_floor_as_are_its_like():
    floor, gray = a_floor(), (206, 208, 210)
    for column in (100, 900):
        cv2.line(floor, (column, 0), (column, 999), gray, 12)
    cv2.line(floor, (704, 155), (744, 845), gray, 12)
    photo, cloth, _ = laid_on(floor)

    assert not lost_rims(photo, cloth).any()


def test_a_ribbon_that_lies_apart_from_the_cloth_is_none_of_it():
    floor = a_floor()
    cv2.line(floor, (745, 200), (765, 800), (70, 120, 190), 6)
    photo, cloth, _ = laid_on(floor)

    assert not lost_rims(photo, cloth).any()


def test_a_speck_at_the_edge_is_no_rim():
    floor = a_floor()
    cv2.circle(floor, (722, 500), 14, (70, 120, 190), -1)
    photo, cloth, _ = laid_on(floor)

    assert not lost_rims(photo, cloth).any()


def test_grain_is_no_rim():
    photo, cloth, _ = laid_on(a_floor())
    grain = np.random.default_rng(5).normal(0, 16, photo.shape)
    photo = np.clip(np.rint(photo + grain), 0, 255).astype(np.uint8)

    assert not lost_rims(photo, cloth).any()


def test_in_a_room_full_of_things_no_rim_is_looked_for():
    floor, random = a_floor(), np.random.default_rng(3)
    for row, column in random.integers(0, 960, (120, 2)):
        floor[row : row + 40, column : column + 40] = random.integers(0, 255, 3)
    photo, cloth, _ = laid_on(floor, a_plain(_PALE))

    assert not lost_rims(photo, cloth).any()


def test_floor_between_the_cloth_and_the_frame_is_floor():
    photo, cloth, rim = (each[135:] for each in laid_on(a_floor(), a_plain(_PALE)))

    found = lost_rims(np.ascontiguousarray(photo), np.ascontiguousarray(cloth))

    assert (found & ~rim).sum() < 0.1 * rim.sum()


def test_a_sliver_of_floor_at_the_frame_is_floor():
    photo, cloth, _ = (each[140:860] for each in laid_on(a_floor()))

    assert not lost_rims(np.ascontiguousarray(photo), np.ascontiguousarray(cloth)).any()


def test_a_thin_selvedge_is_part_of_the_matte():
    photo, rim = scenes.lay(a_floor(), a_plain(_PALE), _BODY)
    body = scenes.woven(1000, 1000, (18, 42, 62), (30, 110, 120))
    inner = [(column + (5 if column < 500 else -5), row) for column, row in _BODY]
    photo, cloth = scenes.lay(photo, body, inner)

    found = segment(photo)

    assert (found.matte[rim & ~cloth] > 0.5).mean() > 0.9


def test_a_flower_beside_the_cloth_is_no_rim_of_it():
    photo, cloth, _ = laid_on(a_floor())
    petals = np.zeros(cloth.shape, np.uint8)
    for angle in np.arange(0, 2 * np.pi, np.pi / 3):
        tip = round(735 + 60 * np.cos(angle)), round(500 + 60 * np.sin(angle))
        cv2.line(petals, (735, 500), tip, 1, 16)
    photo[petals > 0] = (120, 40, 160)

    found = segment(photo)

    assert found.matte[(petals > 0) & ~cloth].mean() < 0.1
