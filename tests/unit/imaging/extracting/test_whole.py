"""The whole saree, laid out from whatever was seen of it."""

from dataclasses import replace

import numpy as np
import pytest

from chalicelib.errors import UnreadablePhotoError
from chalicelib.imaging.cloth import Parts
from chalicelib.imaging.extracting.whole import whole_strip
from chalicelib.imaging.image import Rgb8


def a_visible_strip(length: int, seed: int) -> Rgb8:
    """Weave 300 rows of cloth between two borders of 40 rows, with a row of dots in each."""
    random = np.random.default_rng(seed)
    cloth = np.full((300, length, 3), (140, 30, 40), np.uint8)
    cloth[:40] = cloth[-40:] = (200, 170, 60)
    cloth[15:25, ::20] = cloth[-25:-15, ::20] = (20, 80, 50)
    grain = random.integers(-6, 7, cloth.shape)
    woven: Rgb8 = np.clip(cloth + grain, 0, 255).astype(np.uint8)
    return woven


def facts(length_m: float) -> Parts:
    return Parts(250.0, length_m, 1.2, 0.16, 0.16, 0.2, None, None, None, (), 0, 0, 0, 0, {}, ())


@pytest.mark.parametrize("length", [90, 120, 200, 400, 900])
def test_a_strip_of_any_visible_length_becomes_the_whole_saree(length: int) -> None:
    visible = a_visible_strip(length, seed=length)
    everywhere = np.ones(visible.shape[:2], np.bool_)

    cloth = whole_strip(visible, everywhere, everywhere, facts(5.0), (length - 50) / 250)

    assert cloth.pixels.shape == (300, 1250, 3)
    assert (cloth.pixels[:, -length:] == visible).mean() > 0.5
    border, body = cloth.pixels[5:10, :600].mean(axis=(0, 1)), cloth.pixels[140, :600].mean(axis=0)
    assert np.abs(border - (200, 170, 60)).max() < 12
    assert np.abs(body - (140, 30, 40)).max() < 12


def test_a_strip_with_less_than_a_hand_of_body_is_refused_with_a_remedy() -> None:
    visible = a_visible_strip(80, seed=1)
    everywhere = np.ones(visible.shape[:2], np.bool_)

    with pytest.raises(UnreadablePhotoError, match="half a meter of the body") as refused:
        whole_strip(visible, everywhere, everywhere, facts(5.0), 25 / 250)

    assert refused.value.code == "too_little_body"


def test_a_given_body_makes_up_for_one_that_the_photo_does_not_show() -> None:
    visible = a_visible_strip(80, seed=1)
    everywhere = np.ones(visible.shape[:2], np.bool_)
    body = np.full((120, 100, 3), (30, 60, 150), np.uint8)

    cloth = whole_strip(visible, everywhere, everywhere, facts(5.0), 25 / 250, {"body": body})

    inner = cloth.region("body")
    inner[:, -60:] = False
    assert (cloth.pixels[inner] == (30, 60, 150)).all(axis=1).mean() > 0.9
    seen = cloth.seen[cloth.region("body")].sum()
    assert 0 < seen <= body.shape[0] * body.shape[1] + 25 * 220


def test_folds_of_the_photo_are_not_repeated_with_the_body() -> None:
    visible = a_visible_strip(500, seed=3)
    rows, columns = np.mgrid[0:220, 0:500]
    across = (columns + rows / 2) % 100 - 50
    folds = 1 - 0.4 * np.exp(-((across / 12) ** 2))[..., None]
    visible[40:-40] = np.rint(visible[40:-40] * folds).astype(np.uint8)
    everywhere = np.ones(visible.shape[:2], np.bool_)

    cloth = whole_strip(visible, everywhere, everywhere, facts(5.0), 450 / 250)

    body = cloth.pixels[60:240, :1150, 0].astype(float)
    assert np.percentile(body, 2) > 0.85 * np.percentile(body, 98)


def test_a_border_goes_on_although_its_outermost_rows_are_lacking() -> None:
    visible = a_visible_strip(400, seed=5)
    shown = np.ones(visible.shape[:2], np.bool_)
    shown[:3] = visible[:3] = False

    cloth = whole_strip(visible, shown, shown, facts(5.0), 350 / 250)

    assert np.abs(cloth.pixels[:10, :1200].mean(axis=(0, 1)) - (200, 170, 60)).max() < 12


def test_what_was_seen_on_both_sides_of_a_gathered_stretch_stays_at_its_own_place() -> None:
    visible = a_visible_strip(800, seed=7)
    swirl = np.random.default_rng(1).integers(0, 255, (22, 10, 3), np.uint8)
    visible[40:-40, 350:450] = np.kron(swirl, np.ones((10, 10, 1), np.uint8))
    everywhere = np.ones(visible.shape[:2], np.bool_)

    cloth = whole_strip(visible, everywhere, everywhere, facts(5.0), 750 / 250)

    seen = cloth.seen[50:250, -800:]
    assert seen[:, 40:310].mean() > 0.95
    assert seen[:, 490:740].mean() > 0.95
    assert seen[:, 370:430].mean() < 0.05


def test_a_border_of_metal_keeps_its_mean_color_when_its_glints_are_taken_out() -> None:
    visible = a_visible_strip(500, seed=8)
    glint = (np.arange(500) // 25) % 3 == 0
    visible[:40, glint] = np.minimum(visible[:40, glint] * 1.25, 255).astype(np.uint8)
    everywhere = np.ones(visible.shape[:2], np.bool_)

    cloth = whole_strip(visible, everywhere, everywhere, facts(5.0), 450 / 250)

    light = (visible[:10, :450] / 255.0) ** 2.2
    border = (cloth.pixels[:10, :700] / 255.0) ** 2.2
    assert np.abs(border.mean(axis=(0, 1)) / light.mean(axis=(0, 1)) - 1).max() < 0.06


def test_the_teeth_of_both_borders_go_on_with_them_and_not_with_the_body() -> None:
    visible = a_visible_strip(800, seed=9)
    for column in range(0, 800, 20):
        for row in range(5):
            tooth = slice(column + row, column + 10 - row)
            visible[40 + row, tooth] = visible[-41 - row, tooth] = (200, 170, 60)
    everywhere = np.ones(visible.shape[:2], np.bool_)

    cloth = whole_strip(visible, everywhere, everywhere, facts(5.0), 750 / 250)

    golden = cloth.pixels[..., 1] > 100
    for row in (41, -42):
        assert 0.3 < golden[row, :400].mean() < 0.6
    assert golden[52:-52, :1200].mean() < 0.001


def test_a_border_goes_on_as_it_is_beside_the_body_not_beside_the_pallu() -> None:
    visible = a_visible_strip(600, seed=11)
    visible[26:40, 150:] = (225, 190, 80)
    everywhere = np.ones(visible.shape[:2], np.bool_)
    parts = replace(facts(5.0), pallu_m=450 / 250)

    cloth = whole_strip(visible, everywhere, everywhere, parts, 150 / 250)

    assert np.abs(cloth.pixels[30:38, :600].mean(axis=(0, 1)) - (200, 170, 60)).max() < 4
