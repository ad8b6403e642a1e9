"""Photos of single parts, from the photo to the strip that they stand on."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from chalicelib.adapters.flatteners.rectify import RectifyingFlattener
from chalicelib.errors import UnreadablePhotoError
from chalicelib.imaging.cloth import Cloth
from chalicelib.imaging.extracting.merging import USUAL_BORDER_M
from chalicelib.imaging.image import Matte, Rgb8, Rgba8
from chalicelib.imaging.isolating.segmentation import Segmentation
from chalicelib.imaging.isolating.view import View
from chalicelib.imaging.strip import FabricSize, Flattened
from chalicelib.stages.detail import flatten_detail, isolate_detail
from chalicelib.stages.extract import NO_PALLU, extract
from tests.unit.imaging.spreads import TOP_M, a_strip
from tests.unit.stages.test_extract import FACTS, WHOLE_M, opaque

CLOSE_UP = FabricSize(kind="close_up")


class Says:
    """A segmenter that finds the cloth where it is told."""

    name, version = "says", "1"

    def __init__(self, matte: Matte, confidence: float) -> None:
        self._matte, self._confidence = matte, confidence

    def segment(self, photo: Rgb8) -> Segmentation:
        return Segmentation(self._matte, self._confidence, View.of(photo, self._matte))


def flat(cutout: Rgba8, part: str) -> Flattened:
    return flatten_detail(cutout, part, CLOSE_UP, RectifyingFlattener(), 0)


def a_pallu() -> Rgb8:
    """Blue with white stripes across, its length to the right, 60 cm of 115 cm at 300 ppm."""
    pallu = np.full((345, 180, 3), (30, 60, 160), np.uint8)
    pallu[:, 20::40] = pallu[:, 21::40] = (240, 240, 230)
    pallu[:, -20:] = (250, 220, 90)
    return pallu


def with_detail(**details: Flattened) -> Cloth:
    return extract(opaque(a_strip()), FACTS, FabricSize(length_m=WHOLE_M), details)


def test_cloth_that_fills_the_photo_is_taken_whole() -> None:
    photo = np.full((300, 300, 3), (150, 24, 40), np.uint8)
    unsure = Says(np.full((300, 300), 0.6, np.float32), 0.4)

    isolated = isolate_detail(photo, "body", unsure)

    assert isolated.reading.kind == "close_up"
    assert (isolated.cutout[..., 3] == 255).all()
    assert "body" in isolated.reading.assumptions[0]


def test_a_part_that_has_the_shape_of_no_saree_keeps_its_outline() -> None:
    photo = np.full((300, 300, 3), 200, np.uint8)
    matte = np.zeros((300, 300), np.float32)
    matte[40:90, 20:280] = matte[40:200, 20:80] = matte[150:200, 20:280] = 1
    photo[matte > 0] = (150, 24, 40)

    isolated = isolate_detail(photo, "border", Says(matte, 0.9))

    assert isolated.reading.kind == "close_up"
    assert isolated.reading.assumptions == ()
    assert np.array_equal(isolated.cutout[..., 3] > 0, matte > 0)


def test_a_photo_without_cloth_is_refused_with_the_part_named() -> None:
    photo = np.full((300, 300, 3), 180, np.uint8)

    with pytest.raises(UnreadablePhotoError, match="photo of the border") as refused:
        isolate_detail(photo, "border", Says(np.zeros((300, 300), np.float32), 0.9))

    assert refused.value.code == "no_cloth"


def test_a_pallu_photographed_lengthwise_is_turned_and_scaled_by_its_width() -> None:
    upright = np.ascontiguousarray(np.rot90(a_pallu(), -1))

    found = flat(opaque(cv2.resize(upright, None, fx=2, fy=2)), "pallu")

    assert found.facts.pallu_m == pytest.approx(0.6, abs=0.02)
    assert found.strip[100, -5, :3].tolist() == [250, 220, 90]


def test_a_photo_that_shows_hardly_any_of_its_part_is_refused() -> None:
    cutout = opaque(a_pallu())
    cutout[20:] = 0

    with pytest.raises(UnreadablePhotoError, match="pallu") as refused:
        flat(cutout, "pallu")

    assert refused.value.code == "saree_not_flat"


def test_a_pallu_of_its_own_replaces_the_one_on_the_photo() -> None:
    cloth = with_detail(pallu=flat(opaque(a_pallu()), "pallu"))

    assert cloth.parts.pallu_m == pytest.approx(0.6, abs=0.02)
    inner = cloth.region("pallu")
    assert (cloth.pixels[inner] == (20, 90, 60)).all(axis=1).mean() < 0.01
    assert (np.abs(cloth.pixels[inner].astype(int) - (30, 60, 160)).max(axis=1) < 6).mean() > 0.5
    assert cloth.seen[inner].all()
    assert cloth.parts.confidence["pallu"] == 0.4


def test_a_border_of_its_own_runs_along_the_whole_saree_at_the_width_that_was_measured() -> None:
    border = np.full((60, 500, 3), (20, 120, 130), np.uint8)
    border[40:44] = (240, 230, 200)
    photo = np.concatenate([np.full((240, 500, 3), (150, 24, 40), np.uint8), border])

    cloth = with_detail(border=flat(opaque(photo), "border"))

    lower = cloth.pixels[cloth.region("border_bottom")]
    assert (np.abs(lower.astype(int) - (20, 120, 130)).max(axis=1) < 25).mean() > 0.7
    assert cloth.parts.border_bottom_m == pytest.approx(0.12, abs=0.01)
    assert 0 < cloth.seen[cloth.region("border_bottom")].mean() < 0.5
    # The upper border of this saree is another one: it stays.
    assert cloth.parts.border_top_m == pytest.approx(TOP_M, abs=0.005)


def test_a_close_up_of_nothing_but_border_is_taken_to_be_of_the_usual_width() -> None:
    told = replace(FACTS, method="swatches", border_top_m=0.0, border_bottom_m=0.0, pallu_m=0.0)
    border = flat(opaque(np.full((300, 400, 3), (20, 120, 130), np.uint8)), "border")

    parts = extract(opaque(a_strip()), told, FabricSize(), {"border": border}).parts

    assert (parts.border_top_m, parts.border_bottom_m) == (USUAL_BORDER_M, USUAL_BORDER_M)


def test_a_body_of_its_own_is_scaled_by_the_repeat_that_the_photo_shows() -> None:
    body = a_strip()[30:270, 40:440]
    larger = np.clip(cv2.resize(body, None, fx=2.1, fy=2.1).astype(int) + 20, 0, 255)

    cloth = with_detail(body=flat(opaque(larger.astype(np.uint8)), "body"))

    assert cloth.parts.period_s_m == pytest.approx(0.16, rel=0.02)
    assert cloth.parts.period_t_m == pytest.approx(0.12, rel=0.02)
    middle = cloth.pixels[cloth.region("body")]
    assert np.median(middle, axis=0) == pytest.approx((170, 44, 60), abs=3)
    assert 0.02 < cloth.seen[cloth.region("body")].mean() < 0.5


def test_details_say_what_they_take_for_granted_and_end_what_was_lacking() -> None:
    told = replace(FACTS, method="swatches", border_top_m=0.05, border_bottom_m=0.05, pallu_m=0.0)
    pallu = flat(opaque(a_pallu()), "pallu")

    lacking = extract(opaque(a_strip()), told, FabricSize()).parts.assumptions
    given = extract(opaque(a_strip()), told, FabricSize(), {"pallu": pallu}).parts.assumptions

    assert NO_PALLU in lacking
    assert NO_PALLU not in given
    assert any("full width" in sentence for sentence in given)


def test_the_fabric_sets_how_the_cloth_takes_light() -> None:
    strip = opaque(a_strip())

    chiffon, unnamed = (
        extract(strip, FACTS, FabricSize(length_m=WHOLE_M), None, fabric).parts
        for fabric in ("chiffon", None)
    )

    assert chiffon.sheer > 0.3
    assert unnamed.sheer == 0
    assert chiffon.confidence["sheer"] > unnamed.confidence["sheer"]
    assert sum("fabric" in sentence for sentence in unnamed.assumptions) == 1
    assert not any("fabric" in sentence for sentence in chiffon.assumptions)
