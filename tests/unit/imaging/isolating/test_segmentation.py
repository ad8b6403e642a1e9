import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from chalicelib.imaging.isolating.figure import find_face, skin_likeness
from chalicelib.imaging.isolating.garment import Wearer
from chalicelib.imaging.isolating.palette import Palette
from chalicelib.imaging.isolating.regions import holes, tidy
from chalicelib.imaging.isolating.segmentation import Segmentation, segment
from chalicelib.imaging.isolating.studio import studio_figure
from tests.unit.imaging import scenes


@pytest.fixture(scope="module")
def spread() -> tuple[Segmentation, np.ndarray]:
    photo, truth = scenes.a_spread_saree()
    return segment(photo), truth


def test_a_saree_on_a_floor_that_runs_out_of_the_frame_is_found(spread):
    found, truth = spread

    assert scenes.overlap(found.matte, truth) > 0.98


def test_the_matte_has_the_photos_size_and_stays_within_0_and_1(spread):
    found, truth = spread

    assert found.matte.shape == truth.shape
    assert found.matte.dtype == np.float32
    assert found.matte.min() == 0
    assert found.matte.max() == 1


def test_the_view_shows_the_same_cloth_reduced(spread):
    found, truth = spread

    assert max(found.view.cloth.shape) <= 1024
    assert scenes.overlap(found.view.matte, truth) > 0.98


def test_white_cloth_on_a_white_backdrop_is_found():
    photo, truth = scenes.white_on_white()

    found = segment(photo)

    assert scenes.overlap(found.matte, truth) > 0.97


def test_of_a_person_only_the_garment_is_taken():
    photo, truth = scenes.a_worn_saree()

    found = segment(photo)

    assert scenes.overlap(found.matte, truth) > 0.95
    assert found.matte[60:130, 270:306].max() == 0


def test_who_may_wear_the_cloth_is_part_of_the_answer():
    photo, _ = scenes.a_worn_saree()

    person = segment(photo).person

    assert person is not None
    assert person.score > 0.6


def test_a_cloth_that_fills_the_photo_beyond_doubt_is_not_searched_for_a_face(monkeypatch):
    photo = scenes.a_floor(640, 480)
    corners = [(40, 30), (440, 30), (470, 640), (10, 640)]
    cloth = scenes.woven(640, 480, (178, 32, 48), (228, 190, 90))
    photo, truth = scenes.lay(photo, cloth, corners)
    asked: list[np.ndarray] = []
    monkeypatch.setattr(Wearer, "found_in", asked.append)

    found = segment(photo)

    assert scenes.overlap(found.matte, truth) > 0.98
    assert asked == []


def test_a_wearer_is_believed_where_grain_makes_the_whole_photo_look_like_cloth():
    photo, _ = scenes.a_worn_saree()
    photo[:, :165] = scenes.woven(768, 576, (20, 120, 70), (220, 190, 80))[:, :165]
    grain = np.random.default_rng(5).normal(0, 20, photo.shape)
    found = segment(np.clip(np.rint(photo + grain), 0, 255).astype(np.uint8))

    assert found.matte.mean() < 0.6


def test_an_outline_is_believed_less_where_the_cloth_has_colors_of_a_varied_floor():
    gray, beige = (150, 160, 180), scenes.a_floor(640, 480)
    cloth = scenes.woven(640, 480, (206, 160, 72), (60, 30, 140))
    cloth[:, 200:240] = gray
    banded = beige.copy()
    for row in range(0, 640, 80):
        banded[row : row + 40] = scenes.a_floor(40, 480, gray)
    corners = [(120, 120), (360, 110), (380, 560), (100, 560)]
    found, doubted = (segment(scenes.lay(floor, cloth, corners)[0]) for floor in (beige, banded))

    assert doubted.confidence < found.confidence - 0.2


def test_a_bare_floor_leaves_an_empty_matte():
    found = segment(scenes.a_floor(480, 360))

    assert found.matte.mean() < 0.02


def test_an_easy_photo_is_trusted_more_than_one_almost_without_contrast():
    easy, _ = scenes.a_spread_saree()
    hard = np.clip(200 + (easy.astype(float) - 128) * 0.12, 0, 255).astype(np.uint8)
    noise = np.random.default_rng(2).normal(0, 6, hard.shape)
    hard = np.clip(hard + noise, 0, 255).astype(np.uint8)

    assert segment(easy).confidence > 0.9 > segment(hard).confidence


def test_the_same_photo_gives_the_same_bytes_on_any_number_of_threads():
    photo, _ = scenes.a_spread_saree(360, 270)
    usual = cv2.getNumThreads()

    try:
        cv2.setNumThreads(1)
        alone = segment(photo)
        cv2.setNumThreads(4)
        shared = segment(photo)
    finally:
        cv2.setNumThreads(usual)

    assert alone.matte.tobytes() == shared.matte.tobytes()
    assert alone.confidence == shared.confidence


def test_a_busy_photo_has_no_studio_backdrop():
    photo, _ = scenes.a_spread_saree(360, 270)

    assert studio_figure(photo) is None


def test_a_painted_face_is_found_where_it_is():
    photo, _ = scenes.a_worn_saree()

    face = find_face(photo)

    assert face is not None
    assert face.left < 288 < face.left + face.width
    assert face.top < 84 < face.top + face.height


def test_a_persons_arms_have_the_skin_of_the_face_and_the_saree_has_not():
    photo, saree = scenes.a_worn_saree()
    face = find_face(photo)
    assert face is not None

    wearer = Wearer.of(photo, face)

    assert wearer.skin[245:275, 200:208].min() > 0.6
    assert wearer.skin[saree].mean() < 0.02
    assert wearer.log_odds()[260, 204] < -5


def test_a_hole_that_shows_the_wall_stays_and_one_of_another_color_is_filled():
    photo, saree = scenes.a_worn_saree()
    saree[420:460, 270:310] = saree[560:600, 270:310] = False
    photo[420:460, 270:310] = (168, 172, 178)
    photo[560:600, 270:310] = (150, 40, 140)
    face = find_face(photo)
    assert face is not None

    filled = Wearer.of(photo, face).without_false_holes(saree)

    assert not filled[440, 290]
    assert filled[580, 290]


def test_a_saree_without_a_person_has_no_face():
    photo, _ = scenes.a_spread_saree()

    assert find_face(photo) is None


@pytest.mark.parametrize(
    "tone",
    [
        pytest.param((245, 215, 195), id="pale"),
        pytest.param((205, 160, 130), id="light brown"),
        pytest.param((150, 105, 80), id="brown"),
        pytest.param((95, 62, 46), id="dark brown"),
    ],
)
def test_skin_of_every_tone_is_nearer_to_skin_than_green_silk_is(tone):
    skin = np.full((4, 4, 3), tone, np.uint8)
    silk = np.full((4, 4, 3), (20, 120, 70), np.uint8)

    assert skin_likeness(skin).min() > 0.2 > skin_likeness(silk).max()


def test_a_color_only_seen_here_is_lifted_and_one_only_seen_there_is_lowered():
    picture = np.zeros((40, 40, 3), np.uint8)
    picture[:, :20], picture[:, 20:] = (200, 30, 30), (30, 30, 200)
    left = np.zeros((40, 40), bool)
    left[:, :20] = True

    lift = Palette.of(picture, 4, 5.0, 0.01).lift(left, ~left)

    assert lift[:, :18].min() > 2
    assert lift[:, 22:].max() < -2


@given(arrays.arrays(bool, st.tuples(st.integers(4, 24), st.integers(4, 24))))
def test_tidying_twice_changes_nothing_more(mask):
    once = tidy(mask)

    assert np.array_equal(tidy(once), once)


@given(arrays.arrays(bool, st.tuples(st.integers(3, 20), st.integers(3, 20))))
def test_no_hole_touches_the_cloth_or_the_frame(mask):
    for hole in holes(mask):
        assert not (hole & mask).any()
        assert not np.concatenate([hole[0], hole[-1], hole[:, 0], hole[:, -1]]).any()


def test_a_stray_island_is_dropped_and_a_pinhole_is_filled():
    mask = np.zeros((100, 100), bool)
    mask[20:80, 20:80] = True
    mask[50, 50] = False
    mask[2:5, 2:5] = True

    cleaned = tidy(mask)

    assert cleaned[50, 50]
    assert not cleaned[3, 3]
    assert cleaned.sum() == 3600
