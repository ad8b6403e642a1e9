from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest

from chalicelib.domain.verdict import LIMITS, REGIONS
from chalicelib.imaging.composing.draping import drape
from tests.unit.imaging.metrics.scenes import a_cloth, a_placement
from tools.bench import verdicts
from tools.bench.verdict_harmless import harmless, kept_back
from tools.bench.verdict_report import Outcome, report
from tools.bench.verdict_scene import Scene
from tools.bench.verdict_trials import GRADED, Graded

FAITHFUL = {
    "coverage": 0.5,
    "seen_m2": 0.2,
    "ssim": 1.0,
    "ssim_boundary": 1.0,
    "delta_e": 0.0,
    "delta_e_p95": 0.0,
    "pattern_score": 1.0,
}
PARTS = dict.fromkeys(REGIONS, FAITHFUL)
QUICK = {"quick": True, "only": True}


@pytest.fixture(scope="module")
def scene() -> Scene:
    cloth, placement = a_cloth(ppm=200), a_placement(millimeters=4)
    other = replace(cloth, pixels=255 - cloth.pixels)
    return Scene("a saree", cloth, other, placement, drape(cloth, placement))


@pytest.mark.parametrize(
    "graded",
    [
        # This cloth has no zari, and its borders read the same from either side.
        pytest.param(graded, id=f"{graded.name}-{graded.regions[0]}")
        for graded in GRADED
        if graded.name not in ("gild", "flip", "exchange")
    ],
)
def test_each_damage_is_done_to_the_cloth_and_to_nothing_else(
    graded: Graded, scene: Scene
) -> None:
    render = graded.render(scene, graded.regions[0], graded.seen_from)

    bare = scene.placement.coverage() == 0
    assert render.shape == scene.faithful.shape
    assert not np.array_equal(render, scene.faithful)
    np.testing.assert_array_equal(render[bare], scene.faithful[bare])


@pytest.mark.parametrize(
    "name", [pytest.param(name, id=name) for name, _ in [*harmless(), *kept_back()]]
)
def test_what_does_no_harm_hardly_changes_the_picture(name: str, scene: Scene) -> None:
    change = dict([*harmless(), *kept_back()])[name]

    difference = np.abs(change(scene).astype(int) - scene.faithful)

    assert 0 < difference.mean() < 12


def test_a_run_that_was_cut_short_goes_on_after_the_last_whole_trial(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scene: Scene
) -> None:
    monkeypatch.setattr(verdicts, "build", lambda *_: scene)
    measure = Mock(return_value=PARTS)
    monkeypatch.setattr(verdicts, "_measured", measure)

    def run() -> list[Outcome]:
        return verdicts.tried(tmp_path / "rows", 0, ("silk", "cotton", "pose"), **QUICK)

    whole = run()
    (file,) = (tmp_path / "rows").iterdir()
    file.write_text(file.read_text()[:-9])
    again = run()

    assert again == whole
    assert measure.call_count == len(whole) + 1


def test_the_report_tells_what_was_found_and_what_was_alarmed() -> None:
    faithful = dict.fromkeys(REGIONS, FAITHFUL)
    tinted = faithful | {"body": FAITHFUL | {"color_cast": 4.0, "delta_e": 4.0}}
    outcomes = [
        Outcome("a saree", "JPEG quality 85", None, 0, None, faithful),
        Outcome("a saree", "tint", 0, 4, "body", tinted, noticed=True),
    ]

    lines = list(report(outcomes))

    assert lines[0] == f"limits: {LIMITS.name}"
    assert any(line.startswith("JPEG quality 85") and " 0 " in line for line in lines)
    assert any("tint" in line and line.count("100%") == 4 for line in lines)


def test_what_moved_is_graded_by_how_far_it_moved() -> None:
    drift = next(number for number, graded in enumerate(GRADED) if graded.name == "drift")
    outcomes = [Outcome("a saree", "JPEG quality 85", None, 0, None, PARTS)]
    for strength, likeness in ((0.01, 0.2), (0.02, 0.3)):
        body = FAITHFUL | {"ssim": likeness, "pattern_slide_m": strength}
        parts = PARTS | {"body": body}
        outcomes.append(Outcome("a saree", "drift", drift, strength, "body", parts, noticed=True))

    monotone = {line[:28].strip(): line[28:].split() for line in report(outcomes)}

    assert monotone["ssim (moved)"] == ["0%", "of", "1"]
    assert monotone["ssim"] == ["–", "of", "0"]
    assert monotone["pattern_slide_m"] == ["100%", "of", "1"]
