"""Border and body of a draped saree, told by its hem."""

from dataclasses import replace

import numpy as np
import pytest

from chalicelib.imaging.color import to_lab
from chalicelib.imaging.composing.draping import drape, prepare
from chalicelib.imaging.image import Rgb8, Rgba8
from chalicelib.imaging.pattern.hem import Hem, read_hem
from chalicelib.imaging.swatching.matching import find_ribbons
from chalicelib.imaging.swatching.ribbon import Ribbon, straightest
from chalicelib.imaging.swatching.swatches import read_swatches
from tools.designs.collection import DESIGNS
from tools.designs.sheet import placed

BODY, BORDER, LINE, FLOOR = (24, 90, 60), (206, 170, 90), (160, 30, 60), (255, 255, 255)
DEPTH = 48


def a_draped_saree() -> Rgba8:
    """Pleated above its hem; its border falls over it from the shoulder, before wide brocade."""
    color = np.full((700, 460, 3), FLOOR, np.uint8)
    color[50:650, 60:400] = BODY
    color[50:650, 240:400] = brocade((600, 160))
    color[650 - DEPTH : 650, 60:240] = hem_border(180)
    pleats = np.arange(180) % 30 < 10
    color[300:650, 60:240][:, pleats] = color[300:650, 60:240][:, pleats] // 2
    # It falls with its outer edge at the left, so what is below at the hem is left here.
    color[60:600, 200 : 200 + DEPTH] = np.rot90(hem_border(540), -1)
    color[60:600, 200 + DEPTH : 300] = BODY
    grain = np.random.default_rng(0).integers(-4, 5, color.shape)
    alpha = np.zeros((700, 460), np.uint8)
    alpha[50:650, 60:400] = 255
    return np.dstack([np.clip(color.astype(int) + grain, 0, 255).astype(np.uint8), alpha])


def hem_border(length: int) -> Rgb8:
    """A border with a line near its outer edge, which is below."""
    border = np.full((DEPTH, length, 3), BORDER, np.uint8)
    border[-12:-4] = LINE
    return border


def brocade(size: tuple[int, int]) -> Rgb8:
    """Cloth in the border's colors."""
    spots = np.random.default_rng(1).integers(0, 2, (size[0] // 4, size[1] // 4))
    picture: Rgb8 = np.array([BORDER, BODY], np.uint8)[spots.repeat(4, axis=0).repeat(4, axis=1)]
    return picture


def hem_of(cutout: Rgba8) -> Hem | None:
    """What its hem tells."""
    lab = to_lab(np.ascontiguousarray(cutout[..., :3])).astype(np.float64)
    return read_hem(lab, cutout[..., 3] > 200)


def test_the_hem_tells_how_wide_the_border_is_and_what_is_body() -> None:
    cutout = a_draped_saree()

    hem = hem_of(cutout)

    assert hem is not None
    assert hem.border == pytest.approx(DEPTH, abs=2)
    likely = hem.body_likelihood()
    assert likely[150:280, 80:190].mean() > 0.8
    assert likely[60:600, 202:222].mean() < 0.4


def test_a_hem_that_the_photo_cuts_off_tells_nothing() -> None:
    cutout = a_draped_saree()

    assert hem_of(np.ascontiguousarray(cutout[:640])) is None


def test_a_tassel_that_the_photo_cuts_off_hides_no_hem() -> None:
    cutout = a_draped_saree()
    cutout[650:, 385:400] = (*LINE, 255)

    assert hem_of(cutout) is not None


def test_a_saree_is_read_from_behind_too_where_its_pallu_ends_above_the_floor() -> None:
    cutout = a_draped_saree()
    cutout[400:, 240:, 3] = 0

    for seen in (cutout, np.ascontiguousarray(cutout[:, ::-1])):
        hem = hem_of(seen)

        assert hem is not None
        assert hem.border == pytest.approx(DEPTH, abs=2)


def test_what_ends_far_above_the_floor_is_no_hem() -> None:
    cutout = a_draped_saree()
    cutout[300:650, 60:240, :3] = BODY
    cutout[400:, 240:, 3] = 0
    cutout[400 - DEPTH : 400, 240:400, :3] = hem_border(160)

    assert hem_of(cutout) is None


def test_a_shade_that_grows_toward_the_floor_is_no_border() -> None:
    cutout = a_draped_saree()
    cutout[300:650, 60:240, :3] = BODY
    shade = np.linspace(1, 0.3, 150)[:, None, None]
    cutout[500:650, 60:240, :3] = np.rint(np.array(BODY) * shade)

    assert hem_of(cutout) is None


def test_the_border_is_cut_where_it_falls_straight_and_not_from_the_pleats() -> None:
    cutout = a_draped_saree()
    hem = hem_of(cutout)
    assert hem is not None

    ribbons = find_ribbons(hem, cutout[..., 3] > 200)
    border = straightest(cutout, 1.0, ribbons, DEPTH)

    assert border is not None
    assert border.shape[1] > 3 * DEPTH
    expected = hem_border(border.shape[1]).astype(int)
    assert np.abs(border.astype(int) - expected).max(axis=-1).mean() < 20


def test_a_piece_that_is_hardly_like_the_border_is_not_cut_out() -> None:
    cutout = a_draped_saree()
    falling = Ribbon(200.0, 330.0, 90.0, 200.0, DEPTH, likeness=0.5)

    assert straightest(cutout, 1.0, [falling], DEPTH) is not None
    assert straightest(cutout, 1.0, [replace(falling, likeness=0.01)], DEPTH) is None


def test_a_piece_of_which_the_photo_shows_little_is_not_cut_out() -> None:
    cutout = a_draped_saree()
    cutout[:, 220:240, 3] = 0

    assert straightest(cutout, 1.0, [Ribbon(200.0, 330.0, 90.0, 200.0, DEPTH, 0.5)], DEPTH) is None


def test_the_body_of_a_worn_saree_is_what_lies_above_its_hem_though_brocade_is_more_common() -> (
    None
):
    cutout = a_draped_saree()
    cutout[60:280, 70:190, :3] = brocade((220, 120))

    swatches = read_swatches(cutout, "worn", 1000.0)

    assert swatches is not None
    green = swatches.body[..., 1] > swatches.body[..., 0] + 10
    assert green.mean() > 0.9
    assert swatches.border is not None


@pytest.mark.parametrize("ppm", [60.0, 166.0, 400.0])
def test_a_hem_s_border_of_two_centimeters_is_read_at_any_size(ppm: float) -> None:
    deep = round(0.0201 * ppm)
    cloth = np.full((round(1.5 * ppm), round(0.6 * ppm), 3), BODY, np.uint8)
    cloth[-deep:] = BORDER
    cutout = np.pad(cloth, ((0, 5), (0, 0), (0, 0)))
    shown = np.pad(np.ones(cloth.shape[:2], np.bool_), ((0, 5), (0, 0)))

    hem = read_hem(to_lab(cutout).astype(np.float64), shown)

    assert hem is not None
    assert hem.border == pytest.approx(deep, abs=1)


@pytest.mark.parametrize("design", ["checked_cotton", "kasavu"])
def test_a_catalog_picture_taken_for_a_photo_tells_its_border_to_the_centimeter(
    design: str,
) -> None:
    cloth = DESIGNS[design]()
    placement = placed(cloth, "pose_08")
    shown = (placement.coverage() > 0.5).astype(np.uint8) * 255

    swatches = read_swatches(
        np.dstack([drape(prepare(cloth), placement), shown]), "mannequin", 1000.0
    )

    assert swatches is not None
    assert swatches.border is not None
    depth_m = swatches.border.shape[0] / swatches.pixels_per_meter
    assert depth_m == pytest.approx(cloth.parts.border_bottom_m, abs=0.01)
