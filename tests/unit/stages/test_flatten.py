import json
from dataclasses import asdict
from functools import cache

import numpy as np
import pytest

from chalicelib.adapters.flatteners.rectify import RectifyingFlattener
from chalicelib.errors import UnreadablePhotoError
from chalicelib.imaging.strip import FabricSize, Flattened
from chalicelib.stages.flatten import flatten
from tests.unit.imaging.spreads import FOCAL_35MM, LENGTH_M, WIDTH_M, a_shot, a_strip, turned_half
from tools.bench.overlay import RecordingFlattener

KNOWN = FabricSize(LENGTH_M, WIDTH_M, FOCAL_35MM, "flat_spread")


@cache
def flattened() -> Flattened:
    return flatten(a_shot(dim=0.4).cutout, KNOWN, RectifyingFlattener(), 0)


def test_the_strip_is_metric_with_the_pallu_at_the_right() -> None:
    flat = flattened()

    ppm = flat.facts.pixels_per_meter
    assert flat.strip.shape[:2] == (round(WIDTH_M * ppm), round(flat.facts.length_m * ppm))
    assert flat.facts.length_m == pytest.approx(LENGTH_M, abs=0.02)
    green = flat.strip[..., 1].astype(int) - flat.strip[..., 0].astype(int)
    middle = flat.strip.shape[0] // 2
    assert green[middle, -round(0.2 * ppm) :].max() > 30
    assert green[middle, : round(1.2 * ppm)].max() < 10


def test_colors_are_those_of_the_cloth_not_of_the_light() -> None:
    flat = flattened()

    ppm = flat.facts.pixels_per_meter
    row = round(0.5 * ppm)
    far, near = (flat.strip[row - 9 : row + 9, round(s * ppm)] for s in (0.3, 1.45))
    ground = [np.median(x[:, :3].astype(int), axis=0) for x in (far, near)]
    assert np.abs(ground[0] - ground[1]).max() < 8


def test_the_facts_can_be_written_as_json() -> None:
    facts = asdict(flattened().facts)

    assert json.loads(json.dumps(facts))["method"] == "quad"
    assert len(facts["quad"]) == 4


def test_the_same_photo_gives_the_same_bytes() -> None:
    again = flatten(a_shot(dim=0.4).cutout, KNOWN, RectifyingFlattener(), 0)

    assert again.strip.tobytes() == flattened().strip.tobytes()
    assert again.facts == flattened().facts


def test_a_photo_held_upside_down_gives_the_same_strip_not_its_mirror_image() -> None:
    shot = a_shot(dim=0.4)

    turned = flatten(turned_half(shot.cutout), KNOWN, RectifyingFlattener(), 0)

    width = min(turned.strip.shape[1], flattened().strip.shape[1])
    one, other = (x.strip[:, -width:, :3].astype(int) for x in (turned, flattened()))
    assert np.median(np.abs(one - other)) < 3
    assert np.abs(one - other).mean() < 0.5 * np.abs(one[::-1] - other).mean()


def test_what_the_frame_cuts_is_not_called_seen() -> None:
    flat = flatten(a_shot(pitch_deg=45, ahead_m=0.05).cutout, KNOWN, RectifyingFlattener(), 0)

    assert not flat.facts.pallu_end_seen
    assert any("pallu" in sentence for sentence in flat.facts.assumptions)


def test_a_folded_saree_is_read_from_swatches_and_says_so() -> None:
    piece = a_strip()[40:300, 40:440]
    cutout = np.zeros((500, 560, 4), np.uint8)
    cutout[100 : 100 + piece.shape[0], 80 : 80 + piece.shape[1]] = np.dstack(
        [piece, np.full(piece.shape[:2], 255, np.uint8)]
    )

    flat = flatten(cutout, FabricSize(kind="folded"), RectifyingFlattener(), 0)

    assert flat.facts.method == "swatches"
    assert flat.facts.confidence["geometry"] < 0.5
    assert any("no flat view" in sentence for sentence in flat.facts.assumptions)
    assert 0 < flat.seen.mean() < 1


def test_a_photo_of_next_to_nothing_is_refused_with_a_remedy() -> None:
    cutout = np.zeros((400, 300, 4), np.uint8)
    cutout[10:14, 10:14] = 255

    with pytest.raises(UnreadablePhotoError, match="photograph it spread flat") as refused:
        flatten(cutout, FabricSize(kind="heaped"), RectifyingFlattener(), 0)

    assert refused.value.code == "saree_not_flat"


def test_an_adapter_gets_a_map_from_strip_pixels_to_photo_pixels() -> None:
    shot, adapter = a_shot(), RecordingFlattener()

    flat = flatten(shot.cutout, KNOWN, adapter, 0)

    assert adapter.where is not None
    ppm = flat.facts.pixels_per_meter
    s, t = 1.0, 0.5
    true = shot.to_photo @ np.array([s, t, 1])
    found = adapter.where[round((WIDTH_M - t) * ppm), round(s * ppm)]
    assert np.abs(found - true[:2] / true[2]).max() < 8


def test_fine_stripes_average_where_the_photo_is_finer_than_the_strip() -> None:
    stripes = np.zeros((64, 64, 4), np.uint8)
    stripes[::2, :, :3] = 255
    stripes[..., 3] = 255
    rows, columns = np.mgrid[0:16, 0:16].astype(np.float32)
    where = np.stack([columns * 4 + 1.5, rows * 4 + 1.5], axis=-1)

    small = RectifyingFlattener().run(stripes, where, 0, (), ())

    inner = small[2:-2, 2:-2, :3].astype(int)
    assert np.abs(inner - 127).max() <= 2


def test_outside_the_map_nothing_is_seen() -> None:
    image = np.full((20, 20, 4), 255, np.uint8)
    where = np.full((6, 6, 2), np.nan, np.float32)

    assert RectifyingFlattener().run(image, where, 0, (), ())[..., 3].max() == 0
