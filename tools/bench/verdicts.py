"""
How well the verdicts tell damage from what does no harm: `make bench-verdicts`.

    python -m tools.bench.verdicts [--quick] [--kept-back] [--workers N] [--rows FOLDER]
"""

import argparse
import json
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import partial
from pathlib import Path

from chalicelib.domain.verdict import LIMITS, REGIONS
from chalicelib.imaging.composing.draping import drape, prepare
from chalicelib.imaging.image import Rgb8
from chalicelib.imaging.metrics.measurement import measure
from chalicelib.poses.asset import available
from tools.bench.verdict_harmless import harmless, kept_back
from tools.bench.verdict_report import Outcome, report
from tools.bench.verdict_scene import Scene, build, smaller
from tools.bench.verdict_trials import BORDERS, GRADED, PANELS, Graded
from tools.designs.collection import DESIGNS

_EVERY_STRENGTH = 3
"""In one scene of so many a damage is tried at every strength, else at the one that is seen."""


def scenes(*, quick: bool) -> list[tuple[str, str, str]]:
    """Design, other design and pose of each scene: every pose, every design."""
    designs, poses = list(DESIGNS), available()
    count = 3 if quick else max(len(poses), 2 * len(designs))
    return [
        (designs[n % len(designs)], designs[(n + 3) % len(designs)], poses[n % len(poses)])
        for n in range(count)
    ]


def tried(turn: int, scene: tuple[str, str, str], *, quick: bool, only: bool) -> list[Outcome]:
    """Put one scene through every trial, or only through those that were kept back."""
    built = build(*scene)
    faithful = _measured(built, built.faithful)
    visible = [n for n in REGIONS if faithful[n].get("seen_m2", 0) >= LIMITS.visible_m2]
    outcomes = [Outcome(built.name, "faithful", None, 0, None, faithful)]
    for name, change in [*([] if only else harmless()), *kept_back()]:
        outcomes.append(Outcome(built.name, name, None, 0, None, _measured(built, change(built))))
    for number, graded in enumerate(GRADED):
        if only and not graded.kept_back:
            continue
        for region in _regions(graded, visible, turn + number):
            every = not quick and (turn + number) % _EVERY_STRENGTH == 0
            for strength in graded.strengths if every else (graded.seen_from,):
                render = graded.render(built, region, strength)
                noticed = strength >= graded.seen_from and built.noticed(region, render)
                measured = _measured(built, render)
                outcomes.append(
                    Outcome(built.name, graded.name, number, strength, region, measured, noticed)
                )
    return outcomes


def tried_once(
    rows: Path | None, turn: int, scene: tuple[str, str, str], *, quick: bool, only: bool
) -> list[Outcome]:
    """Put one scene through its trials, or read what an earlier run kept of them."""
    if rows is None:
        return tried(turn, scene, quick=quick, only=only)
    kept = rows / f"{turn:02d}-{'-'.join(scene)}{'-quick' * quick}{'-kept-back' * only}.json"
    if kept.exists():
        return [Outcome(**row) for row in json.loads(kept.read_text())]
    outcomes = tried(turn, scene, quick=quick, only=only)
    rows.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps([asdict(outcome) for outcome in outcomes]))
    return outcomes


def _regions(graded: Graded, visible: list[str], turn: int) -> Iterator[str]:
    """A panel and a border, taking turns; both of a kind where the damage is of that kind."""
    for kind in (PANELS, BORDERS):
        shown = [region for region in graded.regions if region in kind and region in visible]
        if set(graded.regions) <= set(kind):
            yield from shown
        elif shown:
            yield shown[turn % len(shown)]


def _measured(scene: Scene, render: Rgb8) -> dict[str, dict[str, float]]:
    return measure(render, scene.faithful, scene.cloth, scene.placement)


def timed() -> Iterator[str]:
    """How long the verdicts on a 1024x1536 pose take on one core, at the best of some turns."""
    scene = smaller(build("bridal_silk", "kasavu", available()[0]), 1024, 1536)
    ready = prepare(scene.cloth)
    steps = {
        "the cloth made ready for draping, once for all poses": lambda: prepare(scene.cloth),
        "the faithful reference draped": lambda: drape(ready, scene.placement),
        "measured": lambda: _measured(scene, scene.faithful),
    }
    for name, step in steps.items():
        yield f"{1000 * min(_seconds(step) for _ in range(7)):6.0f} ms  {name}"


def _seconds(step: Callable[[], object]) -> float:
    start = time.process_time()
    step()
    return time.process_time() - start


def main() -> None:
    """Run the bench and print its tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="three scenes, one strength each")
    parser.add_argument("--kept-back", action="store_true", help="only what was kept back")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--rows", type=Path, help="keep what is measured; judge what was kept")
    arguments = parser.parse_args()
    for line in timed():
        print(line)
    outcomes: list[Outcome] = []
    trials = partial(tried_once, arguments.rows, quick=arguments.quick, only=arguments.kept_back)
    with ProcessPoolExecutor(arguments.workers) as pool:
        jobs = [
            (scene, pool.submit(trials, turn, scene))
            for turn, scene in enumerate(scenes(quick=arguments.quick))
        ]
        for scene, job in jobs:
            outcomes += job.result()
            print(f"tried {scene[0]} on {scene[2]}", flush=True)
    print()
    print("\n".join(report(outcomes)))


if __name__ == "__main__":
    main()
