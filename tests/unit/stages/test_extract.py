from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from chalicelib.imaging.cloth import REGIONS, Cloth
from chalicelib.imaging.image import Rgb8, Rgba8
from chalicelib.imaging.strip import FabricSize, StripFacts
from chalicelib.stages.extract import extract
from tests.unit.imaging.spreads import (
    BOTTOM_M,
    LENGTH_M,
    PALLU_M,
    PERIOD_S_M,
    PERIOD_T_M,
    PPM,
    TOP_M,
    WIDTH_M,
    a_strip,
)

WHOLE_M = 4.0
FACTS = StripFacts(
    pixels_per_meter=PPM,
    length_m=LENGTH_M,
    width_m=WIDTH_M,
    method="quad",
    quad=(),
    pallu_end_seen=True,
    far_end_seen=False,
    border_top_m=None,
    border_bottom_m=None,
    pallu_m=None,
    confidence={"geometry": 1.0},
    assumptions=(),
)


def opaque(strip: Rgb8) -> Rgba8:
    return np.dstack([strip, np.full(strip.shape[:2], 255, np.uint8)])


@cache
def extracted() -> Cloth:
    return extract(opaque(a_strip()), FACTS, FabricSize(length_m=WHOLE_M))


def test_the_cloth_has_the_sarees_own_size() -> None:
    cloth = extracted()

    assert cloth.pixels.shape == (round(WIDTH_M * PPM), round(WHOLE_M * PPM), 3)
    assert cloth.seen.shape == cloth.zari.shape == cloth.pixels.shape[:2]
    assert cloth.parts.length_m == WHOLE_M


def test_the_parts_are_measured() -> None:
    parts = extracted().parts

    assert parts.border_top_m == pytest.approx(TOP_M, abs=0.005)
    assert parts.border_bottom_m == pytest.approx(BOTTOM_M, abs=0.005)
    assert parts.pallu_m == pytest.approx(PALLU_M, abs=0.01)
    assert parts.period_s_m == pytest.approx(PERIOD_S_M, rel=0.01)
    assert parts.period_t_m == pytest.approx(PERIOD_T_M, rel=0.01)
    assert parts.lattice == "half_drop"


def test_borders_of_one_weave_are_read_as_wide_as_each_other() -> None:
    wide, narrow = round(TOP_M * PPM), round((TOP_M - 0.01) * PPM)
    strip = a_strip().copy()
    strip[-round(BOTTOM_M * PPM) :] = strip[wide]
    strip[-narrow:] = strip[narrow - 1 :: -1]

    parts = extract(opaque(strip), FACTS, FabricSize(length_m=WHOLE_M)).parts

    assert parts.border_top_m == parts.border_bottom_m
    assert parts.border_top_m == pytest.approx(TOP_M - 0.005, abs=0.004)


def test_the_body_goes_on_in_its_own_repeat() -> None:
    body = extracted().pixels[30:300, : round(3.3 * PPM), 0].astype(int)

    period = round(PERIOD_S_M * PPM)
    off = np.abs(body[:, period:] - body[:, :-period]) > 40
    assert off.mean() < 0.01


def test_the_pallu_and_what_is_beside_it_are_as_they_were_seen() -> None:
    cloth = extracted()

    shown = a_strip()
    ppm = round(0.5 * PPM)
    rows = slice(round(TOP_M * PPM) + 3, -round(BOTTOM_M * PPM) - 3)
    assert np.array_equal(cloth.pixels[rows, -ppm:], shown[rows, -ppm:])


def test_seen_and_continued_are_told_apart() -> None:
    cloth = extracted()

    continued = round((WHOLE_M - LENGTH_M) * PPM)
    assert not cloth.seen[:, :continued].any()
    assert cloth.seen[:, -round(0.4 * PPM) :].all()
    assert cloth.parts.seen_share == pytest.approx(float(cloth.seen.mean()), abs=1e-3)


def test_the_four_parts_cover_every_pixel_once() -> None:
    cloth = extracted()

    covered = np.stack([cloth.region(name) for name in REGIONS]).sum(axis=0)
    assert (covered == 1).all()


def test_no_pixel_is_left_empty_where_the_photo_showed_nothing() -> None:
    strip = opaque(a_strip())
    strip[:150, -80:] = 0

    cloth = extract(strip, FACTS, FabricSize(length_m=WHOLE_M))

    assert cloth.pixels.sum(axis=2).min() > 0
    assert not cloth.seen[:140, -70:].any()


def test_a_strip_longer_than_the_saree_keeps_its_pallu() -> None:
    cloth = extract(opaque(a_strip()), FACTS, FabricSize(length_m=1.5))

    assert cloth.pixels.shape[1] == round(1.5 * PPM)
    assert cloth.parts.pallu_m == pytest.approx(PALLU_M, abs=0.01)


def test_parts_that_flatten_knows_are_not_measured_again() -> None:
    told = replace(FACTS, method="swatches", border_top_m=0.05, border_bottom_m=0.05, pallu_m=0.0)

    parts = extract(opaque(a_strip()), told, FabricSize(length_m=WHOLE_M)).parts

    assert (parts.border_top_m, parts.border_bottom_m, parts.pallu_m) == (0.05, 0.05, 0.0)


def test_dominant_colors_come_most_frequent_first() -> None:
    first = extracted().parts.colors[0]

    red, green, blue = (int(first[k : k + 2], 16) for k in (1, 3, 5))
    assert red > 100
    assert green < 60
    assert blue < 80


def test_gold_is_told_from_silk() -> None:
    strip = a_strip()
    grain = np.random.default_rng(0).normal(0, 14, strip.shape[:2])[..., None]
    sparkling = np.clip(strip + grain, 0, 255).astype(np.uint8)

    cloth = extract(opaque(sparkling), FACTS, FabricSize(length_m=WHOLE_M))

    border, body = cloth.region("border_bottom"), cloth.region("body")
    assert cloth.zari[border].mean() > 3 * cloth.zari[body].mean()
