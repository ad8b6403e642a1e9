"""Pieces read off photos without a flat view, and the strip they are put together to."""

import cv2
import numpy as np
import pytest

from chalicelib.imaging.color import to_lab
from chalicelib.imaging.image import Rgb8, Rgba8
from chalicelib.imaging.swatching.bands import border_band, evenness, without_body
from chalicelib.imaging.swatching.patchwork import SEEN, patchwork
from chalicelib.imaging.swatching.swatches import read_swatches
from chalicelib.imaging.swatching.upright import (
    along_s,
    largest_rectangle,
    turned_to_weave,
    upright_piece,
    weave_angle,
)

BODY, PALLU, BORDER, LINE = (150, 24, 40), (20, 90, 60), (214, 170, 80), (240, 235, 220)
LAB = to_lab(np.array([[BODY]], np.uint8))[0, 0].astype(np.float64)


def a_folded_saree() -> Rgba8:
    """Half of it body, half of it striped pallu, a border below all of it."""
    color = np.full((700, 900, 3), 255, np.uint8)
    color[100:600, 100:500], color[100:600, 500:800] = BODY, PALLU
    color[100:600, 500:800:40] = color[100:600, 501:800:40] = LINE
    color[540:600, 100:800] = BORDER
    color[560:566, 100:800] = PALLU
    grain = np.random.default_rng(0).integers(-4, 5, color.shape)
    color = np.clip(color.astype(int) + grain, 0, 255).astype(np.uint8)
    alpha = np.zeros((700, 900), np.uint8)
    alpha[100:600, 100:800] = 255
    return np.dstack([color, alpha])


def near(picture: Rgb8, color: tuple[int, int, int]) -> float:
    """The share of a picture that has about this color."""
    return float((np.abs(picture.astype(int) - color).max(axis=-1) < 20).mean())


def test_body_pallu_and_border_are_each_read_where_they_are() -> None:
    swatches = read_swatches(a_folded_saree(), "folded", 1000.0)

    assert swatches is not None
    assert swatches.pallu is not None
    assert swatches.border is not None
    assert near(swatches.body, BODY) > 0.95
    assert near(swatches.pallu, PALLU) > 0.7
    assert near(swatches.border, BORDER) > 0.7


def test_a_saree_of_one_color_has_no_pallu_to_read() -> None:
    cutout = a_folded_saree()
    cutout[100:540, 500:800, :3] = cutout[100:540, 120:420, :3]

    swatches = read_swatches(cutout, "folded", 1000.0)

    assert swatches is not None
    assert swatches.pallu is None


def test_cloth_that_fills_the_photo_to_its_edges_is_read() -> None:
    cutout = np.ascontiguousarray(a_folded_saree()[100:540, 100:500])

    swatches = read_swatches(cutout, "close_up", 1000.0)

    assert swatches is not None
    assert near(swatches.body, BODY) > 0.95


@pytest.mark.parametrize("kind", ["folded", "worn"])
def test_a_cutout_without_cloth_gives_nothing_to_read(kind: str) -> None:
    assert read_swatches(np.zeros((60, 40, 4), np.uint8), kind, 1000.0) is None


def test_a_border_that_is_not_there_is_not_found() -> None:
    cutout = a_folded_saree()
    cutout[100:600, 100:800, :3] = BODY

    assert border_band(cutout, 800.0, 800.0, LAB) is None


def test_the_border_of_a_print_is_found_though_no_thread_has_the_mean_of_its_colors() -> None:
    cutout = a_folded_saree()
    spots = np.random.default_rng(1).integers(0, 3, (110, 175))
    print_ = np.array([BODY, PALLU, LINE], np.uint8)[spots.repeat(4, axis=0).repeat(4, axis=1)]
    cutout[100:540, 100:800, :3] = print_

    swatches = read_swatches(cutout, "folded", 1000.0)

    assert swatches is not None
    assert swatches.border is not None
    assert near(swatches.border, BORDER) > 0.7


def test_a_border_is_read_where_the_body_lies_beside_it_though_the_pallu_does_elsewhere() -> None:
    cutout = a_folded_saree()
    cutout[300:600, 340:800, :3] = np.random.default_rng(2).integers(0, 255, (300, 460, 3))

    border = border_band(cutout, 800.0, 800.0, LAB)

    assert border is not None
    assert near(border, BORDER) > 0.7


def test_a_border_with_motifs_is_more_even_than_one_that_a_fold_shifts() -> None:
    border = np.full((60, 480, 3), BORDER, np.uint8)
    border[30:] = BODY
    motifs, shifted = border.copy(), border.copy()
    motifs[10:20].reshape(10, 60, 8, 3)[:, :, :4] = LINE
    shifted[:, 300:] = np.roll(border[:, 300:], -20, axis=0)

    assert evenness(motifs) > 0.9
    assert evenness(shifted) < 0.6


def test_a_border_along_the_photo_s_frame_is_read() -> None:
    cutout = a_folded_saree()[:598, 102:798]
    cutout[:540, :, :3] = BODY

    border = border_band(np.ascontiguousarray(cutout), 800.0, 800.0, LAB)

    assert border is not None
    assert near(border, BORDER) > 0.7


def test_on_a_wearer_a_wide_pallu_at_her_left_is_not_taken_for_the_body() -> None:
    cutout = a_folded_saree()
    cutout[100:600, 300:800, :3] = PALLU

    body = {
        kind: found.body
        for kind in ("folded", "worn")
        if (found := read_swatches(cutout, kind, 1000.0)) is not None
    }

    assert near(body["folded"], PALLU) > 0.95
    assert near(body["worn"], BODY) > 0.95


def test_the_shaded_edge_of_a_fold_is_no_border_of_a_worn_saree() -> None:
    cutout = a_folded_saree()
    cutout[100:600, 100:800, :3] = BODY
    shade = np.random.default_rng(3).integers(0, 256, 70).repeat(10)
    cutout[570:600, 100:800, :3] = shade[:, None]

    assert border_band(cutout, 800.0, 800.0, LAB) is not None
    assert border_band(cutout, 800.0, 800.0, LAB, draped=True) is None


def test_the_body_is_read_beside_pleats_and_not_across_them() -> None:
    cutout = a_folded_saree()
    dark = (np.arange(700) // 10 % 2 == 0)[None, :, None] & np.ones((440, 1, 1), np.bool_)
    cutout[100:540, 100:800, :3] = np.where(dark, np.array(BODY) // 2, BODY)
    cutout[200:360, 300:460, :3] = BODY

    swatches = read_swatches(cutout, "folded", 1000.0)

    assert swatches is not None
    assert near(swatches.body, BODY) > 0.95


def test_a_patchwork_is_a_strip_whose_swatches_alone_are_seen() -> None:
    swatches = read_swatches(a_folded_saree(), "folded", 1000.0)
    assert swatches is not None

    laid = patchwork(swatches, 1.15)

    assert laid.strip.shape[0] == round(1.15 * laid.facts.pixels_per_meter)
    assert laid.facts.pallu_m
    assert laid.facts.border_top_m == laid.facts.border_bottom_m
    seen = laid.strip[..., 3] == SEEN
    assert 0.005 < seen.mean() < 0.5
    assert any("Photograph the pallu" in sentence for sentence in laid.facts.assumptions)


@pytest.mark.parametrize("turned", [False, True])
def test_the_border_of_a_close_up_ends_where_the_body_begins(turned: bool) -> None:
    piece = np.full((400, 500, 3), BODY, np.uint8)
    piece[300:], piece[340:350] = BORDER, PALLU
    picture = np.ascontiguousarray(piece[::-1, ::-1]) if turned else piece

    border = without_body(picture, 800.0, LAB)

    assert border.shape[0] == pytest.approx(100, abs=4)
    assert np.array_equal(border, piece[-border.shape[0] :])


def test_a_picture_of_nothing_but_border_stays_whole() -> None:
    piece = np.full((200, 500, 3), BORDER, np.uint8)

    assert np.array_equal(without_body(piece, 800.0, LAB), piece)


def test_the_largest_rectangle_of_a_mask_is_found() -> None:
    mask = np.zeros((30, 40), np.bool_)
    mask[2:20, 5:9] = mask[10:18, 3:33] = True

    assert largest_rectangle(mask) == (10, 3, 8, 30)
    assert largest_rectangle(np.zeros((5, 5), np.bool_)) == (0, 0, 0, 0)


def test_a_tilted_rectangle_of_cloth_is_turned_upright() -> None:
    cutout = np.zeros((600, 800, 4), np.uint8)
    corners = cv2.boxPoints(((400, 300), (500, 200), 12)).astype(np.int32)
    cv2.fillPoly(cutout, [corners], (*BODY, 255))

    piece = upright_piece(cutout)

    assert piece is not None
    assert piece.shape[0] == pytest.approx(200, abs=20)
    assert piece.shape[1] == pytest.approx(500, abs=30)


@pytest.mark.parametrize("degrees", [-20, -7, 0, 11, 25])
def test_the_weave_is_turned_level(degrees: int) -> None:
    checks = np.full((500, 500, 3), BODY, np.uint8)
    checks[::25] = checks[1::25] = checks[:, ::50] = checks[:, 1::50] = LINE
    turn = cv2.getRotationMatrix2D((249.5, 249.5), degrees, 1.0)
    tilted = cv2.warpAffine(checks, turn, (500, 500), borderMode=cv2.BORDER_REFLECT)
    square = np.ascontiguousarray(tilted[100:400, 100:400])

    assert weave_angle(square) == pytest.approx(-degrees, abs=2)
    assert abs(weave_angle(turned_to_weave(square))) < 2


def test_stripes_across_a_pallu_and_along_a_border_tell_its_length() -> None:
    striped = np.full((200, 300, 3), PALLU, np.uint8)
    striped[:, ::30] = LINE
    lying = np.ascontiguousarray(np.rot90(striped, -1))

    assert np.array_equal(along_s(lying, stripes_across=True), striped)
    assert np.array_equal(along_s(striped, stripes_across=True), striped)
    assert along_s(striped, stripes_across=False).shape == (300, 200, 3)
