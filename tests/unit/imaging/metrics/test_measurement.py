from collections.abc import Callable
from functools import cache

import cv2
import numpy as np
import pytest

from chalicelib.imaging.cloth import REGIONS, Cloth
from chalicelib.imaging.composing.draping import drape
from chalicelib.imaging.damage import DAMAGES
from chalicelib.imaging.image import Rgb8
from chalicelib.imaging.metrics.measurement import measure
from chalicelib.imaging.placement import PlacementMap

Measured = dict[str, dict[str, float]]
Trial = Callable[[str, str, float], Measured]


@pytest.fixture(scope="module")
def trial(cloth: Cloth, placement: PlacementMap, faithful: Rgb8) -> Trial:
    """Damages a part by so much, drapes it, and measures the picture."""

    @cache
    def measured(damage: str, region: str, strength: float) -> Measured:
        damaged = DAMAGES[damage](cloth, region, strength)
        return measure(drape(damaged, placement), faithful, cloth, placement)

    return measured


def test_a_faithful_render_is_perfect_by_every_metric(
    cloth: Cloth, placement: PlacementMap, faithful: Rgb8
) -> None:
    measured = measure(faithful, faithful, cloth, placement)

    for part in measured.values():
        for metric in ("ssim", "ssim_boundary", "pattern_score", "pattern_worst"):
            assert part[metric] == pytest.approx(1, abs=1e-4)
        for metric in ("delta_e", "delta_e_p95", "color_cast", "seam"):
            assert part[metric] == 0


def test_the_parts_share_what_is_seen_of_the_cloth(
    cloth: Cloth, placement: PlacementMap, faithful: Rgb8
) -> None:
    measured = measure(faithful, faithful, cloth, placement)

    assert list(measured) == list(REGIONS)
    assert sum(part["coverage"] for part in measured.values()) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(
    ("damage", "region", "metric", "strengths"),
    [
        pytest.param("tint", "body", "delta_e", (2, 8), id="a cast"),
        pytest.param("tint", "pallu", "color_cast", (2, 8), id="a cast of the pallu"),
        pytest.param("smear", "pallu", "ssim", (0.002, 0.008), id="blur"),
        pytest.param("smear", "body", "sharpness", (0.003, 0.008), id="blur, by detail"),
        pytest.param("erase", "body", "pattern_score", (0.25, 0.9), id="paler motifs"),
        pytest.param("invent", "body", "ssim", (5, 20), id="invented texture"),
        pytest.param("drift", "body", "pattern_score", (0.002, 0.01), id="drift"),
        pytest.param("rotate", "pallu", "pattern_score", (0.5, 2), id="rotation"),
        pytest.param("rescale", "pallu", "pattern_score", (0.01, 0.05), id="scale"),
        pytest.param("displace", "border_bottom", "border_continuity", (0.004, 0.01), id="shift"),
        pytest.param("bend", "border_top", "border_continuity", (0.005, 0.02), id="bend"),
        pytest.param("widen", "border_top", "border_continuity", (0.1, 0.4), id="width"),
        pytest.param("sever", "border_bottom", "border_continuity", (0.02, 0.1), id="gap"),
    ],
)
def test_a_metric_gets_worse_as_the_damage_grows(
    trial: Trial, damage: str, region: str, metric: str, strengths: tuple[float, ...]
) -> None:
    measured = [trial(damage, region, strength)[region][metric] for strength in strengths]

    rises = metric in ("delta_e", "color_cast")
    assert measured == sorted(measured, reverse=not rises)
    assert len(set(measured)) == len(measured)


@pytest.mark.parametrize("region", REGIONS)
def test_a_cast_is_measured_where_it_is_and_nowhere_else(trial: Trial, region: str) -> None:
    measured = trial("tint", region, 6.0)

    assert measured[region]["color_cast"] == pytest.approx(6, abs=1)
    assert all(measured[other]["color_cast"] < 0.3 for other in REGIONS if other != region)


@pytest.mark.parametrize("factor", [-0.05, 0.1])
def test_a_scaled_pattern_is_known_by_its_scale(trial: Trial, factor: float) -> None:
    assert trial("rescale", "pallu", factor)["pallu"]["pattern_scale"] == pytest.approx(
        abs(factor), abs=0.015
    )


@pytest.mark.parametrize("degrees", [2.0, -8.0])
def test_a_turned_pattern_is_known_by_its_angle(trial: Trial, degrees: float) -> None:
    assert trial("rotate", "pallu", degrees)["pallu"]["pattern_turn"] == pytest.approx(
        abs(degrees), abs=1.1
    )


@pytest.mark.parametrize("meters", [0.01, 0.02])
def test_a_drifted_pattern_is_known_by_how_far(trial: Trial, meters: float) -> None:
    measured = trial("drift", "pallu", meters)["pallu"]

    assert measured["pattern_slide_m"] == pytest.approx(meters, abs=0.006)
    assert measured["pattern_scale"] == measured["pattern_turn"] == 0


def test_motifs_that_are_gone_are_not_found_again(trial: Trial) -> None:
    measured = trial("erase", "body", 1.0)["body"]

    assert measured["motif_likeness"] < 0.6
    assert "pattern_scale" not in measured


def test_texture_that_is_laid_over_a_pattern_is_added(trial: Trial) -> None:
    body = trial("invent", "body", 20)["body"]

    assert body["added_patch"] > 0.75
    assert "instead_patch" not in body


def test_what_was_filled_smoothly_stands_in_the_patterns_stead(
    cloth: Cloth, placement: PlacementMap, faithful: Rgb8
) -> None:
    filled = np.asarray(cv2.medianBlur(faithful, 31))

    pallu = measure(filled, faithful, cloth, placement)["pallu"]

    assert pallu["instead_color_patch"] > 1
    assert "added_color_patch" not in pallu


@pytest.mark.parametrize("meters", [0.005, 0.015])
def test_a_border_that_is_out_of_place_is_known_by_how_far(trial: Trial, meters: float) -> None:
    measured = trial("displace", "border_bottom", meters)["border_bottom"]

    assert measured["border_shift_m"] == pytest.approx(meters, abs=0.002)
    assert measured["border_gap_m"] == 0


def test_a_wider_border_is_known_by_its_width(trial: Trial) -> None:
    measured = trial("widen", "border_top", 0.25)["border_top"]

    assert measured["border_widening"] == pytest.approx(0.25, abs=0.01)


def test_a_gap_in_a_border_is_known_by_its_length(trial: Trial) -> None:
    measured = trial("sever", "border_top", 0.08)["border_top"]

    assert measured["border_gap_m"] == pytest.approx(0.08, abs=0.025)


def test_a_border_that_moved_is_not_the_bodys_fault(trial: Trial) -> None:
    measured = trial("displace", "border_bottom", 0.015)

    assert measured["body"]["pattern_score"] > 0.99
    assert measured["border_top"]["border_continuity"] > 0.99


def test_a_picture_without_enough_cloth_measures_nothing(
    cloth: Cloth, placement: PlacementMap, faithful: Rgb8
) -> None:
    dark = placement.layers[0]
    dark.light[:], kept = 0.01, dark.light.copy()

    measured = measure(faithful, faithful, cloth, placement)
    dark.light[:] = kept

    assert all(part == {"coverage": 0.0} for part in measured.values())


def test_the_same_picture_measures_the_same_on_any_number_of_threads(
    cloth: Cloth, placement: PlacementMap, faithful: Rgb8
) -> None:
    render = drape(DAMAGES["rescale"](cloth, "body", 0.05), placement)
    threads = cv2.getNumThreads()

    measured = []
    for count in (1, 2, 4):
        cv2.setNumThreads(count)
        measured.append(measure(render, faithful, cloth, placement))
    cv2.setNumThreads(threads)

    assert measured[0] == measured[1] == measured[2]


def test_noise_is_no_damage(cloth: Cloth, placement: PlacementMap, faithful: Rgb8) -> None:
    noise = np.random.default_rng(1).normal(0, 2, faithful.shape)
    render = np.clip(np.rint(faithful + noise), 0, 255).astype(np.uint8)

    measured = measure(render, faithful, cloth, placement)

    for part in measured.values():
        assert part["pattern_score"] > 0.98
        assert part["delta_e"] < 0.5
