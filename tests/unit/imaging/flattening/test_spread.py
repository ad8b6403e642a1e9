import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from chalicelib.imaging.flattening.edgels import edgels
from chalicelib.imaging.flattening.outline import sides, trace
from chalicelib.imaging.flattening.rectification import Camera, off_level, transform
from chalicelib.imaging.flattening.spread import Spread, find_spread, halved, photo_map
from tests.unit.imaging.spreads import (
    FOCAL_35MM,
    LENGTH_M,
    WIDTH_M,
    Shot,
    a_shot,
)


def spread_of(shot: Shot, focal_35mm: float | None = FOCAL_35MM) -> Spread:
    found = find_spread(shot.cutout, WIDTH_M, focal_35mm)
    assert found is not None
    return found


def fabric_points() -> NDArray[np.float64]:
    s, t = np.meshgrid(np.linspace(0.1, LENGTH_M - 0.1, 9), np.linspace(0.05, WIDTH_M - 0.05, 7))
    return np.stack([s.ravel(), t.ravel()], axis=1)


def on_photo(shot: Shot, fabric: NDArray[np.float64]) -> NDArray[np.float64]:
    return transform(shot.to_photo, fabric)


@pytest.mark.parametrize(
    "shot",
    [
        pytest.param(a_shot(), id="from a standing height"),
        pytest.param(a_shot(turn_deg=-8), id="turned on the floor"),
        pytest.param(a_shot(pitch_deg=50, ahead_m=0.9), id="at a low angle"),
        pytest.param(a_shot(pitch_deg=45, ahead_m=0.05), id="running out of the frame"),
    ],
)
def test_fabric_points_are_found_to_five_millimeters(shot: Shot) -> None:
    spread = spread_of(shot)

    fabric = fabric_points()
    seen = on_photo(shot, fabric)
    inside = ((seen > 5) & (seen < np.array(shot.cutout.shape[1::-1]) - 5)).all(axis=1)
    found = spread.plane.to_fabric((seen[inside] + 0.5) * spread.scale - 0.5)
    if np.corrcoef(found[:, 0], fabric[inside][:, 0])[0, 1] < 0:
        # The plane's u may run either way; half a turn brings it round.
        found = np.array([0, WIDTH_M]) - found
    error = found - fabric[inside]
    error[:, 0] -= error[:, 0].mean()
    assert np.sqrt((error**2).sum(axis=1).mean()) < 0.005


def test_cloth_that_lies_a_little_askew_is_sheared_not_tilted() -> None:
    shot = a_shot(pitch_deg=66, askew=0.006)

    spread = spread_of(shot)

    lines = np.array([[s, t] for s in (0.2, LENGTH_M - 0.1) for t in (0.05, WIDTH_M - 0.05)])
    found = spread.plane.to_fabric((on_photo(shot, lines) + 0.5) * spread.scale - 0.5)
    assert abs(found[1, 0] - found[0, 0]) < 0.006
    assert abs(found[3, 0] - found[2, 0]) < 0.006


def test_the_weft_is_what_all_of_the_cloth_agrees_on_not_the_clearest_line_of_one_stretch() -> (
    None
):
    shot = a_shot(pitch_deg=66)
    slanting = on_photo(shot, np.array([[0.62, 0.15], [0.68, WIDTH_M - 0.1]]))
    one, other = ([round(16 * float(place)) for place in end] for end in slanting)
    cv2.line(shot.cutout, one, other, (255, 255, 255, 255), 5, cv2.LINE_AA, 4)

    spread = spread_of(shot)

    lines = np.array([[s, t] for s in (0.2, LENGTH_M - 0.1) for t in (0.05, WIDTH_M - 0.05)])
    found = spread.plane.to_fabric((on_photo(shot, lines) + 0.5) * spread.scale - 0.5)
    assert abs(found[1, 0] - found[0, 0]) < 0.006
    assert abs(found[3, 0] - found[2, 0]) < 0.006


def test_one_slanting_crease_counts_less_than_how_phones_are_held() -> None:
    shot = a_shot(turn_deg=0.0)
    shot.cutout[..., :3] = 200
    slanting = on_photo(shot, np.array([[0.60, 0.1], [0.62, WIDTH_M - 0.1]]))
    one, other = ([round(16 * float(place)) for place in end] for end in slanting)
    cv2.line(shot.cutout, one, other, (170, 170, 170, 255), 5, cv2.LINE_AA, 4)

    spread = spread_of(shot)

    square = np.array([[0.2, 0.05], [0.2, WIDTH_M - 0.05]])
    found = spread.plane.to_fabric((on_photo(shot, square) + 0.5) * spread.scale - 0.5)
    assert abs(found[1, 0] - found[0, 0]) < 0.012


def test_the_length_is_known_where_both_ends_are_in_the_picture() -> None:
    spread = spread_of(a_shot())

    assert spread.near.seen
    assert spread.far.seen
    assert spread.length_m == pytest.approx(LENGTH_M, abs=0.015)


def test_an_end_that_the_frame_cuts_is_not_taken_for_the_end_of_the_cloth() -> None:
    spread = spread_of(a_shot(pitch_deg=45, ahead_m=0.05))

    assert not (spread.near.seen and spread.far.seen)


def test_without_metadata_a_usual_lens_is_assumed() -> None:
    spread = spread_of(a_shot(), None)

    assert spread.length_m == pytest.approx(LENGTH_M, rel=0.03)


def test_the_strip_is_never_mirrored() -> None:
    where = photo_map(spread_of(a_shot()), 50)

    right, down = where[5, 6] - where[5, 5], where[6, 5] - where[5, 5]

    assert right[0] * down[1] - right[1] * down[0] > 0


def test_a_round_piece_of_cloth_has_no_selvedges() -> None:
    rows, columns = np.mgrid[0:400, 0:400]
    cutout = np.full((400, 400, 4), 120, np.uint8)
    cutout[..., 3] = np.where((rows - 200) ** 2 + (columns - 200) ** 2 < 60**2, 255, 0)

    assert find_spread(cutout, WIDTH_M) is None


def test_nothing_at_all_has_no_sides() -> None:
    outline = trace(np.zeros((200, 200), np.bool_))

    assert sides(outline, 200) == []


def in_diamonds(shot: Shot) -> Shot:
    """The same photo of a cloth on which every line runs diagonally."""
    height, width = shot.cutout.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float64), np.arange(height, dtype=np.float64))
    pixels = np.stack([x.ravel(), y.ravel()], axis=1)
    s, t = transform(np.linalg.inv(shot.to_photo).astype(np.float64), pixels).T.reshape(
        2, height, width
    )
    light = (np.sin(2 * np.pi * (s + t) / 0.1) > 0) ^ (np.sin(2 * np.pi * (s - t) / 0.1) > 0)
    cutout = shot.cutout.copy()
    cutout[..., :3] = np.where(light, 220, 40)[..., None]
    return Shot(cutout, shot.to_photo)


def test_a_cloth_without_a_line_along_its_weft_is_not_squared_by_its_diagonals() -> None:
    found = spread_of(in_diamonds(a_shot(turn_deg=0.0)))

    assert abs(np.degrees(found.plane.roll)) < 3
    assert found.length_m == pytest.approx(LENGTH_M, abs=0.03)


def test_a_cloth_without_any_line_is_laid_flat_by_its_selvedges_alone() -> None:
    shot = a_shot(turn_deg=0.0)
    shot.cutout[..., :3] = 200

    assert spread_of(shot).length_m == pytest.approx(LENGTH_M, abs=0.03)


@pytest.mark.parametrize("aside_m", [-0.8, 0.0, 0.8])
def test_how_a_phone_was_held_does_not_depend_on_where_the_cloth_begins(aside_m: float) -> None:
    camera, lean, tilt = Camera(900.0, (499.5, 374.5)), np.radians(3), np.radians(20)
    right = np.array([np.cos(lean), 0, -np.sin(lean)])
    normal = np.array([np.sin(lean) * np.cos(tilt), -np.sin(tilt), np.cos(lean) * np.cos(tilt)])
    fabric = np.stack([right, np.cross(normal, right), [aside_m, 0.1, 1.5]], axis=1)

    held, off_axis = off_level(np.linalg.inv(fabric) @ camera.to_rays, camera)

    assert abs(held) == pytest.approx(np.sin(lean) * np.cos(tilt))
    assert off_axis == pytest.approx(np.hypot(normal[0], normal[1]))


def test_bold_diagonals_do_not_silence_fainter_lines_along_the_weft() -> None:
    rows, columns = np.mgrid[0:600, 0:800]
    bold = ((rows + columns) % 40 < 20) ^ ((rows - columns) % 40 < 20)
    gray = np.where(columns < 200, np.where(bold, 230, 20), np.where(columns % 40 < 20, 140, 90))
    photo = np.repeat(gray[..., None], 3, axis=2).astype(np.uint8)

    marks = edgels(photo, np.ones(gray.shape, np.bool_))

    upright = np.abs(marks.across[:, 0]) > 0.99
    assert marks.weights[upright].sum() > 0.05 * marks.weights.sum()


@pytest.mark.parametrize(
    ("size", "least", "left"),
    [
        pytest.param((48, 64), 10, (12, 16), id="until less would be too small"),
        pytest.param((48, 64), 33, (48, 64), id="not at all where half is too small"),
        pytest.param((48, 62), 10, (24, 31), id="until a side is odd"),
    ],
)
def test_a_picture_is_halved_again_and_again(
    size: tuple[int, int], least: int, left: tuple[int, int]
) -> None:
    picture = np.random.default_rng(7).integers(0, 256, (*size, 4), np.uint8)

    small = halved(picture, least)

    times = size[0] // left[0]
    means = picture.reshape(left[0], times, left[1], times, 4).mean(axis=(1, 3))
    assert small.shape == (*left, 4)
    assert np.abs(small - means).max() <= 1.5
