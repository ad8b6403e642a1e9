import cv2
import numpy as np
import pytest

from chalicelib.imaging.composing.draping import drape, prepare
from chalicelib.imaging.isolating.garment import Wearer
from chalicelib.imaging.isolating.kind import ASSUMPTIONS, KINDS, kind_of
from chalicelib.imaging.isolating.segmentation import Segmentation
from chalicelib.imaging.isolating.silhouette import silhouette_of, slants
from chalicelib.imaging.isolating.tailoring import sewn
from chalicelib.imaging.isolating.view import View
from tests.unit.imaging import scenes
from tools.designs.collection import DESIGNS
from tools.designs.sheet import placed


def kind(photo: np.ndarray, mask: np.ndarray, confidence: float = 0.95) -> str:
    matte, person = mask.astype(np.float32), Wearer.found_in(photo)
    return kind_of(Segmentation(matte, confidence, View.of(photo, matte), person))[0]


def laid(corners: list[tuple[int, int]], height: int = 640, width: int = 480) -> str:
    cloth = scenes.woven(height, width, (178, 32, 48), (228, 190, 90))
    return kind(*scenes.lay(scenes.a_floor(height, width), cloth, corners))


def a_fan(height: int = 480, width: int = 640) -> tuple[np.ndarray, np.ndarray]:
    row, column = np.mgrid[0:height, 0:width]
    angle = np.arctan2(row - 20, column - 320)
    radius = np.hypot(row - 20, column - 320)
    pleats = (1 + np.sin(angle * 34)) / 2
    mask = (radius < 400 + 28 * pleats) & (radius > 30) & (row > 20)
    cloth = np.array([60, 30, 130]) + pleats[..., None] * np.array([150, 140, 60])
    photo = scenes.a_floor(height, width)
    photo[mask] = cloth.astype(np.uint8)[mask]
    return photo, mask


def test_a_cloth_that_fills_the_photo_between_two_straight_sides_is_spread_flat():
    assert kind(*scenes.a_spread_saree()) == "flat_spread"


def test_a_spread_cloth_is_that_too_in_a_photo_turned_by_a_quarter():
    corners = [(90, -20), (360, -20), (470, 700), (40, 700)]
    cloth = scenes.woven(640, 480, (178, 32, 48), (228, 190, 90))
    photo, mask = scenes.lay(scenes.a_floor(640, 480), cloth, corners)

    assert kind(photo, mask) == "flat_spread"
    assert kind(np.rot90(photo).copy(), np.rot90(mask).copy()) == "flat_spread"


def test_a_spread_cloth_that_runs_out_of_the_photo_from_afar_is_not_folded():
    assert laid([(145, 220), (345, 220), (430, 700), (60, 700)]) == "flat_spread"
    assert laid([(145, 190), (345, 190), (420, 610), (70, 610)]) == "folded"


def test_a_cloth_that_leaves_half_of_one_side_of_the_photo_to_the_floor_is_no_close_up():
    corners = [(-25, -20), (500, -20), (500, 660), (25, 660)]
    cloth = scenes.woven(640, 480, (178, 32, 48), (228, 190, 90))
    photo, mask = scenes.lay(scenes.a_floor(640, 480), cloth, corners)

    assert 0.45 < mask[:, 0].mean() < 0.55
    assert kind(photo, mask) == "flat_spread"


def test_a_narrow_strip_with_a_flap_is_folded():
    assert laid([(150, 20), (300, 10), (400, 180), (310, 230), (280, 190), (280, 620)]) == "folded"


def test_a_spread_cloth_with_a_slanting_fold_across_it_hangs():
    photo, mask = scenes.a_spread_saree()
    flap = np.array([(100, 560), (400, 260), (400, 560)])
    cv2.fillPoly(photo, [flap], (230, 220, 200), cv2.LINE_AA)

    assert kind(photo, mask) == "hung"


def test_gravel_that_fills_the_photo_is_no_close_up():
    assert kind(scenes.gravel(), np.ones((480, 480), bool)) == "no_cloth"


def test_a_photo_that_looks_like_two_kinds_is_one_of_them_and_which_is_in_doubt():
    photo, mask = scenes.a_spread_saree()
    cv2.line(photo, (170, 450), (250, 370), (250, 245, 235), 14, cv2.LINE_AA)
    matte = mask.astype(np.float32)

    found, certainty = kind_of(Segmentation(matte, 0.95, View.of(photo, matte)))

    assert found in {"flat_spread", "hung"}
    assert certainty < 0.33


def test_a_cloth_that_leaves_the_photo_on_all_sides_is_a_close_up():
    cloth = scenes.woven(960, 960, (178, 32, 48), (228, 190, 90))[:480, :480]
    cloth = cv2.resize(cloth, (960, 960), interpolation=cv2.INTER_CUBIC)[:480, :480]

    assert kind(cloth, np.ones((480, 480), bool)) == "close_up"


def test_rays_within_a_scalloped_outline_are_a_fan():
    assert kind(*a_fan()) == "pleated_fan"


def test_a_person_in_a_saree_wears_it():
    assert kind(*scenes.a_worn_saree()) == "worn"


def test_a_person_in_trousers_wears_no_saree():
    photo = scenes.a_person_in_trousers()
    row, column = np.mgrid[0:768, 0:576]
    clothes = (np.abs(np.abs(column - 288) - 30) < 16) & (row > 380) & (row < 740)

    assert kind(photo, clothes) == "no_cloth"


def test_a_person_in_a_skirt_and_a_shirt_of_other_colors_wears_no_saree():
    photo, mask = scenes.a_worn_saree()
    rows = np.arange(len(photo))[:, None] < 330
    photo[mask & rows] = (235, 235, 240)

    assert kind(photo, mask & ~rows) == "no_cloth"


def test_a_portrait_that_ends_above_the_thighs_shows_no_saree():
    photo, mask = scenes.a_worn_saree()
    shown = slice(0, 330)

    assert kind(photo, mask) == "worn"
    assert kind(photo[shown], mask[shown]) == "no_cloth"


def test_a_bare_patch_of_floor_is_no_cloth():
    photo = scenes.a_floor(640, 480)
    patch = np.zeros((640, 480), bool)
    patch[100:540, 80:400] = True

    assert kind(photo, patch) == "no_cloth"


def test_a_spread_saree_of_one_color_is_spread_all_the_same():
    photo, mask = scenes.a_spread_saree()
    floor = scenes.a_floor(640, 480)
    photo[mask] = np.clip(floor * (0.9, 0.3, 0.4), 0, 255).astype(np.uint8)[mask]

    assert kind(photo, mask) == "flat_spread"


SHIRT = [(205, 120), (275, 120), (350, 190), (320, 220), (290, 195)]
SHIRT += [(290, 440), (190, 440), (190, 195), (160, 220), (130, 190)]
TROUSERS = [(150, 40), (330, 40), (380, 600), (280, 600), (240, 180), (200, 600), (100, 600)]


@pytest.mark.parametrize(
    "outline", [pytest.param(SHIRT, id="shirt"), pytest.param(TROUSERS, id="trousers")]
)
def test_a_garment_that_is_sewn_is_no_saree(outline):
    photo = scenes.a_floor(640, 480)
    mask = cv2.fillPoly(np.zeros((640, 480), np.uint8), [np.array(outline)], 1) > 0
    photo[mask] = scenes.woven(640, 480, (60, 70, 130), (80, 90, 150))[mask]

    assert kind(photo, mask) == "no_cloth"
    assert sewn(mask) > 0.9


def test_straight_edges_around_a_wide_gap_are_no_folded_saree():
    angle = [(60, 40), (430, 40), (430, 150), (170, 150), (170, 600), (60, 600)]
    photo = scenes.a_floor(640, 480)
    mask = cv2.fillPoly(np.zeros((640, 480), np.uint8), [np.array(angle)], 1) > 0
    photo[mask] = scenes.woven(640, 480, (60, 70, 130), (80, 90, 150))[mask]

    assert kind(photo, mask) == "no_cloth"


def a_heap() -> np.ndarray:
    """An outline as soft as that of cloth in folds, over most of a photo."""
    row, column = np.mgrid[0:640, 0:480]
    around = np.arctan2(row - 320, column - 240)
    edge = 1 + 0.06 * np.sin(5 * around) + 0.05 * np.sin(9 * around + 1)
    return np.asarray(np.hypot((row - 320) / 330, (column - 240) / 250) < edge)


def test_one_cloth_of_no_shape_is_a_heap():
    photo, mask = scenes.a_floor(640, 480), a_heap()
    photo[mask] = scenes.woven(640, 480, (178, 32, 48), (228, 190, 90))[mask]

    assert kind(photo, mask) == "heaped"


def test_several_things_of_no_shape_are_no_saree():
    photo, mask = scenes.a_floor(640, 480), a_heap()
    photo[mask] = scenes.woven(640, 480, (90, 120, 60), (70, 100, 50))[mask]
    photo[:220][mask[:220]] = (120, 170, 220)
    photo[250:450, 150:330] = scenes.woven(200, 180, (120, 120, 130), (90, 90, 100))

    assert kind(photo, mask) == "no_cloth"


def test_a_heap_whose_outline_is_doubtful_is_no_saree():
    photo, mask = scenes.a_floor(640, 480), a_heap()
    photo[mask] = scenes.woven(640, 480, (178, 32, 48), (228, 190, 90))[mask]

    assert kind(photo, mask, confidence=0.6) == "no_cloth"


def test_an_empty_matte_is_no_cloth_for_sure():
    nothing = np.zeros((64, 48), np.float32)
    view = View(scenes.a_floor(64, 48), nothing)

    assert kind_of(Segmentation(nothing, 0.95, view)) == ("no_cloth", 1.0)


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_says_what_is_assumed(name):
    assert name in ASSUMPTIONS


@pytest.mark.parametrize(
    "name",
    [name for name in KINDS if name not in {"flat_spread", "no_cloth"}],
)
def test_every_kind_without_a_flat_view_says_which_photo_would_help(name):
    assert "photograph" in " ".join(ASSUMPTIONS[name]).lower()


def test_a_rectangle_has_four_straight_sides_and_no_tilt():
    mask = np.zeros((200, 300), bool)
    mask[40:160, 50:250] = True

    outline = silhouette_of(mask)

    assert outline.straightness == pytest.approx(1)
    assert outline.corners == 4
    assert outline.tilt_degrees == 0
    assert outline.solidity == pytest.approx(1)
    assert outline.cut == (0, 0, 0, 0)


def test_a_side_that_leans_is_measured_in_degrees():
    row, column = np.mgrid[0:200, 0:300]
    mask = (column > 20 + row * np.tan(np.radians(30))) & (column < 280)

    # Whole pixels over steps of a dozen rows leave a degree or two.
    assert silhouette_of(mask).tilt_degrees == pytest.approx(30, abs=2)


def test_a_turn_by_a_quarter_changes_no_tilt():
    mask = cv2.fillPoly(
        np.zeros((300, 300), np.uint8), [np.array([(110, 0), (190, 0), (240, 220), (60, 220)])], 1
    )

    upright, turned = silhouette_of(mask > 0), silhouette_of(np.rot90(mask > 0))

    # Whole pixels over steps of a dozen rows leave a degree or two.
    assert turned.tilt_degrees == pytest.approx(upright.tilt_degrees, abs=2)


def test_a_strip_with_its_end_turned_aside_is_notched_but_not_sewn():
    corners = [(100, 20), (200, 20), (290, 160), (220, 200), (195, 150), (195, 290), (100, 290)]
    mask = cv2.fillPoly(np.zeros((300, 300), np.uint8), [np.array(corners)], 1) > 0

    assert sewn(mask) < 0.8


def test_what_the_frame_cuts_is_not_sewn():
    mask = cv2.fillPoly(np.zeros((640, 480), np.uint8), [np.array(TROUSERS)], 1) > 0

    assert sewn(mask[100:]) < 0.7 < sewn(mask)


def test_a_slanting_line_is_measured_in_longer_sides():
    picture = np.full((300, 300, 3), 200, np.uint8)
    cv2.line(picture, (80, 80), (220, 220), (20, 20, 20), 3, cv2.LINE_AA)

    lengths = slants(picture, np.ones((300, 300), bool))

    assert lengths.max() == pytest.approx(140 * np.sqrt(2) / 300, abs=0.05)


@pytest.mark.parametrize("pose", ["pose_05", "pose_06", "pose_11"])
def test_a_saree_on_a_mannequin_is_known_by_its_hem_however_its_pallu_is_held(pose: str) -> None:
    cloth = DESIGNS["bridal_silk"]()
    placement = placed(cloth, pose)
    shown = placement.coverage() > 0.5

    assert kind(drape(prepare(cloth), placement), shown) == "mannequin"


def test_a_mannequin_whose_top_the_photo_cuts_off_is_known_by_its_hem_too() -> None:
    cloth = DESIGNS["bridal_silk"]()
    placement = placed(cloth, "pose_01")
    below = slice(placement.height // 4, None)
    picture = drape(prepare(cloth), placement)[below].copy()

    assert kind(picture, placement.coverage()[below] > 0.5) == "mannequin"
