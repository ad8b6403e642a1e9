from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from chalicelib.imaging.cloth import Cloth, Parts
from chalicelib.imaging.color import to_linear, to_srgb
from chalicelib.imaging.composing.draping import (
    Finish,
    blouse_color,
    drape,
    prepare,
    toned,
    unlight,
    untoned,
)
from chalicelib.imaging.placement import FabricLayer, PlacementMap

MATTE = Finish(silk=0, gloss=0, metal=0.5, strength=1, reverse=0.9, let_through=0)
PPM = 200


def a_cloth(pixels: NDArray[np.uint8], zari: float = 0.0, *, sheer: float = 0.0) -> Cloth:
    height, width = pixels.shape[:2]
    parts = Parts(
        pixels_per_meter=PPM,
        length_m=width / PPM,
        width_m=height / PPM,
        border_top_m=0.05,
        border_bottom_m=0.1,
        pallu_m=0.5,
        period_s_m=None,
        period_t_m=None,
        lattice=None,
        colors=("#808080",),
        zari_share=zari,
        sheen=0.5,
        sheer=sheer,
        seen_share=1,
        confidence={},
        assumptions=(),
    )
    seen = np.ones((height, width), np.bool_)
    return Cloth(pixels, seen, np.full((height, width), zari, np.float32), parts)


def plain(color: tuple[int, int, int], zari: float = 0.0, *, sheer: float = 0.0) -> Cloth:
    return a_cloth(np.full((230, 400, 3), color, np.uint8), zari, sheer=sheer)


def flat(
    meters: tuple[float, float] = (1 / PPM, 1 / PPM),
    *,
    coverage: float = 1,
    light: float = 1,
    sheen: float = 0,
    size: tuple[int, int] = (40, 50),
) -> PlacementMap:
    """Cloth seen straight on, `meters` along and across to a pixel."""
    row, column = np.indices(size)
    count = row.size
    layer = FabricLayer(
        index=np.arange(count, dtype=np.int32),
        s=(0.2 + (column.ravel() + 0.5) * meters[0]).astype(np.float32),
        t=(1.0 - (row.ravel() + 0.5) * meters[1]).astype(np.float32),
        coverage=np.full(count, coverage, np.float32),
        light=np.full(count, light, np.float32),
        sheen=np.full(count, sheen, np.float32),
        reverse=np.zeros(count, np.bool_),
        footprint=np.tile(np.array([[0, meters[0]], [-meters[1], 0]], np.float32), (count, 1, 1)),
    )
    plate = np.full((*size, 3), (10, 90, 200), np.uint8)
    return PlacementMap(*size, (layer,), plate, length_m=2, width_m=1.15)


def changed(placement: PlacementMap, **values: object) -> PlacementMap:
    return replace(placement, layers=(replace(placement.layers[0], **values),))  # type: ignore[arg-type]


def test_seen_straight_on_in_full_light_the_cloth_keeps_its_pixels() -> None:
    random = np.random.default_rng(1)
    pixels = random.integers(0, 200, (230, 400, 3), np.uint8)
    cloth = a_cloth(pixels)

    picture = drape(prepare(cloth, MATTE), flat())

    np.testing.assert_allclose(picture, pixels[30:70, 40:90], atol=1)


def test_half_the_light_is_half_of_linear_light() -> None:
    ready = prepare(plain((188, 188, 188)), MATTE)

    picture = drape(ready, flat(light=0.5))

    np.testing.assert_array_equal(
        picture, to_srgb(np.float32(0.5) * to_linear(np.array([188], np.uint8)))[0]
    )


def test_where_nothing_covers_the_plate_shows_byte_for_byte() -> None:
    random = np.random.default_rng(2)
    placement = replace(flat(), plate=random.integers(0, 256, (40, 50, 3), np.uint8))
    coverage = (np.arange(2000) % 3 == 0).astype(np.float32)

    picture = drape(plain((250, 30, 30)), changed(placement, coverage=coverage))

    bare = coverage.reshape(40, 50) == 0
    np.testing.assert_array_equal(picture[bare], placement.plate[bare])


def test_at_an_edge_light_adds_up_by_shares() -> None:
    ready = prepare(plain((255, 0, 0)), MATTE)
    placement = flat(coverage=0.5, light=0.78)

    picture = drape(ready, placement)

    expected = 0.5 * to_linear(placement.plate[0, 0]) + 0.5 * np.array([0.78, 0, 0])
    np.testing.assert_array_equal(picture[0, 0], to_srgb(expected.astype(np.float32)))


@pytest.mark.parametrize("texels", [3.0, 4.7, 9.3])
def test_a_weave_finer_than_the_pixels_gives_an_even_tone(texels: float) -> None:
    row, column = np.indices((230, 400))
    weave = np.where((row + column) % 2, 200, 20).astype(np.uint8)
    ready = prepare(a_cloth(np.repeat(weave[..., np.newaxis], 3, axis=2)), MATTE)

    picture = drape(ready, flat((texels / PPM, texels / PPM), size=(16, 24)))

    mean = to_linear(np.array([20, 200], np.uint8)).mean()
    np.testing.assert_allclose(to_linear(picture), mean, atol=0.02)


def test_stripes_along_a_steep_slope_stay_sharp() -> None:
    row = np.indices((230, 400))[0]
    stripes = np.where(row // 6 % 2, 220, 20).astype(np.uint8)
    ready = prepare(a_cloth(np.repeat(stripes[..., np.newaxis], 3, axis=2)), MATTE)

    picture = drape(ready, flat((6 / PPM, 1 / PPM), size=(40, 30)))

    assert picture.max() > 205
    assert picture.min() < 60


def test_sheen_brightens_metal_and_leaves_matte_cloth_alone() -> None:
    lit, shining = flat(light=0.5), flat(light=0.5, sheen=2)

    thread = [
        int(drape(prepare(plain((180, 140, 60), 1.0), MATTE), p)[5, 5, 0]) for p in (lit, shining)
    ]
    cotton = [
        int(drape(prepare(plain((180, 140, 60)), MATTE), p)[5, 5, 0]) for p in (lit, shining)
    ]

    assert thread[1] > thread[0] + 40
    assert cotton[1] == cotton[0]


def test_lit_metal_keeps_its_hue() -> None:
    color = (180, 140, 60)

    picture = drape(prepare(plain(color, 1.0), MATTE), flat(light=0.6, sheen=1.1))

    ratio = to_linear(picture[5, 5]) / to_linear(np.array(color, np.uint8))
    np.testing.assert_allclose(ratio, ratio.mean(), rtol=0.03)


def test_the_reverse_side_is_duller() -> None:
    ready = prepare(plain((150, 150, 150)), MATTE)

    picture = drape(ready, changed(flat(), reverse=np.arange(2000) % 50 < 25))

    assert (picture[:, :25] < picture[:, 25:]).all()


def test_a_sheer_cloth_lets_what_is_under_it_through() -> None:
    sheer, dense = (drape(plain((200, 200, 200), sheer=share), flat()) for share in (0.8, 0.0))

    assert (sheer[..., 0] < dense[..., 0] - 20).all()


def test_a_sheer_cloth_lets_its_own_next_layer_through() -> None:
    cloth = plain((200, 200, 200), sheer=0.8)
    dense = Finish.of(replace(cloth.parts, sheer=0))
    alone = replace(flat(), under=lambda: replace(flat(), layers=()))
    doubled = replace(flat(), under=flat)

    single, double = (drape(cloth, placement) for placement in (alone, doubled))

    through = 0.45 * 0.8
    expected = (1 - through) * to_linear(drape(prepare(cloth, dense), flat())).astype(float)
    np.testing.assert_allclose(
        to_linear(single), expected + through * to_linear(alone.plate), atol=5e-3
    )
    np.testing.assert_array_equal(double, drape(prepare(cloth, dense), flat()))


def test_a_dense_cloth_does_not_ask_what_is_under_it() -> None:
    def unread() -> PlacementMap:
        pytest.fail("the under-layer was read")

    picture = drape(plain((200, 200, 200)), replace(flat(), under=unread))

    assert picture.shape == (40, 50, 3)


def test_what_a_sheer_cloth_lets_through_is_taken_off_again() -> None:
    cloth = plain((150, 60, 90), sheer=0.8)
    placement = replace(flat(light=0.5), under=flat)

    (reflectance,) = unlight(drape(cloth, placement), placement, cloth)

    np.testing.assert_allclose(
        reflectance.linear, np.tile(to_linear(cloth.pixels[0, 0]), (2000, 1)), atol=0.02
    )


def test_in_shadow_a_sheer_cloth_glows_and_a_dense_one_does_not() -> None:
    glowing, dark = Finish.of(plain((1, 1, 1), sheer=0.8).parts), MATTE
    shadow = flat(light=0.1)

    seen = [
        to_linear(drape(prepare(plain((200, 60, 60)), finish), shadow))[0, 0, 0]
        for finish in (replace(glowing, let_through=0, silk=0, gloss=0), dark)
    ]

    reflectance = to_linear(np.array([200], np.uint8))[0]
    assert seen[1] == pytest.approx(0.1 * reflectance, abs=2e-3)
    assert seen[0] == pytest.approx((0.1 + 0.35 * 0.8 * 0.5) * reflectance, abs=3e-3)


def test_bands_meet_without_a_seam() -> None:
    ready = prepare(plain((180, 140, 60)), MATTE)
    tall = flat((1e-4, 1e-4), size=(400, 400))

    picture = drape(ready, tall)

    assert np.ptp(picture.reshape(-1, 3), axis=0).max() <= 1


@given(st.floats(0, 3))
def test_the_shoulder_can_be_taken_back(light: float) -> None:
    linear = np.array([light], np.float32)

    restored = untoned(toned(linear))

    # Far above white, eight bits or none, nothing can be told apart.
    assert restored[0] == pytest.approx(min(light, 1.85), rel=2e-2) or light > 1.8


@given(st.floats(0, 0.8))
def test_mid_tones_pass_the_shoulder_unchanged(light: float) -> None:
    linear = np.array([light], np.float32)

    assert toned(linear)[0] == linear[0]


@pytest.mark.parametrize("sheer", [0.0, 0.6])
@pytest.mark.parametrize("zari", [0.0, 0.7])
def test_the_light_can_be_taken_off_again(zari: float, sheer: float) -> None:
    row, column = np.indices((230, 400))
    smooth = np.stack([90 + 60 * np.sin(row / 40), 40 + column / 4, 160 - row / 3], -1)
    cloth = a_cloth(smooth.astype(np.uint8), zari, sheer=sheer)
    placement = flat(light=0.7, sheen=0.6)

    (reflectance,) = unlight(drape(cloth, placement), placement, cloth)

    shown = to_srgb(reflectance.linear).reshape(40, 50, 3).astype(int)
    assert np.median(np.abs(shown - cloth.pixels[30:70, 40:90])) <= 1
    np.testing.assert_array_equal(reflectance.trust, 1)


def test_where_it_is_too_dark_or_too_bright_to_tell_nothing_is_trusted() -> None:
    cloth = plain((255, 255, 255))
    light = np.where(np.arange(2000) % 50 < 25, 0.001, 40).astype(np.float32)
    placement = changed(flat(), light=light)

    (reflectance,) = unlight(drape(cloth, placement), placement, cloth)

    assert not reflectance.trust.any()


def test_the_number_of_threads_changes_no_byte() -> None:
    random = np.random.default_rng(3)
    cloth = a_cloth(random.integers(0, 256, (230, 400, 3), np.uint8))
    placement = flat((2.3 / PPM, 0.9 / PPM), size=(80, 60))
    before = cv2.getNumThreads()

    pictures = []
    for threads in (1, 2, 7):
        cv2.setNumThreads(threads)
        pictures.append(drape(cloth, placement))
    cv2.setNumThreads(before)

    assert (pictures[0] == pictures[1]).all()
    assert (pictures[0] == pictures[2]).all()


def test_a_prepared_cloth_gives_the_same_bytes() -> None:
    cloth = plain((120, 60, 30), 0.3)

    assert (drape(cloth, flat()) == drape(prepare(cloth), flat())).all()


def test_a_blouse_takes_the_hem_border_s_color_a_little_deeper() -> None:
    pixels = np.full((230, 400, 3), (200, 200, 200), np.uint8)
    pixels[-20:] = (40, 120, 60)

    color = blouse_color(a_cloth(pixels))

    assert color == (35, 108, 53)
