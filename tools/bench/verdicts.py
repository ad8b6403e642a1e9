"""
How well the verdicts tell damage from what does no harm: `make bench-verdicts`.

    python -m tools.bench.verdicts [--quick] [--kept-back] [--workers N] [--rows FOLDER]
                                  [--scenes N [N ...]]
"""

import argparse
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from pathlib import Path

from chalicelib.domain.verdict import LIMITS, REGIONS
from chalicelib.imaging.composing.draping import drape, prepare
from chalicelib.imaging.image import Rgb8
from chalicelib.imaging.metrics.measurement import measure
from chalicelib.poses.asset import available
from tools.bench.verdict_harmless import Change, harmless, kept_back
from tools.bench.verdict_report import Outcome, report
from tools.bench.verdict_rows import Numbers, Rows
from tools.bench.verdict_scene import Scene, build, smaller
from tools.bench.verdict_trials import BORDERS, GRADED, PANELS, Graded
from tools.designs.collection import DESIGNS

_EVERY_STRENGTH = 3
"""In one scene of so many a damage is tried at every strength, else at the one that is seen."""

_QUICK = 3
"""Scenes of a quick run that names none."""


def scenes() -> list[tuple[str, str, str]]:
    """Design, other design and pose of each scene: every pose, every design."""
    designs, poses = list(DESIGNS), available()
    return [
        (designs[n % len(designs)], designs[(n + 3) % len(designs)], poses[n % len(poses)])
        for n in range(max(len(poses), 2 * len(designs)))
    ]


class Trials:
    """The trials of one scene, which is built when the first is not found among the rows."""

    def __init__(self, turn: int, scene: tuple[str, str, str], rows: Rows) -> None:
        self._turn, self._rows = turn, rows
        self._name = f"{scene[0]} on {scene[2]}"
        self._scene = cache(partial(build, *scene))

    def outcomes(self, *, quick: bool, only: bool) -> Iterator[Outcome]:
        """Put the scene through every trial, or only through those that were kept back."""
        faithful = self._outcome("faithful", lambda scene: scene.faithful)
        yield faithful
        for name, change in [*([] if only else harmless()), *kept_back()]:
            yield self._outcome(name, change)
        seen = {name: part.get("seen_m2", 0) for name, part in faithful.measured.items()}
        visible = [name for name in REGIONS if seen[name] >= LIMITS.visible_m2]
        for number, graded in enumerate(GRADED):
            if graded.kept_back or not only:
                yield from self._damaged(number, graded, visible, quick=quick)

    def _damaged(
        self, number: int, graded: Graded, visible: list[str], *, quick: bool
    ) -> Iterator[Outcome]:
        turn = self._turn + number
        every = not quick and turn % _EVERY_STRENGTH == 0
        for region in _regions(graded, visible, turn):
            for strength in graded.strengths if every else (graded.seen_from,):
                change = partial(graded.render, region=region, strength=strength)
                yield self._outcome(graded.name, change, number, strength, region)

    def _outcome(
        self,
        name: str,
        change: Change,
        number: int | None = None,
        strength: float = 0,
        region: str | None = None,
    ) -> Outcome:
        def measured() -> Numbers:
            scene = self._scene()
            render = change(scene)
            seen = number is not None and strength >= GRADED[number].seen_from
            noticed = seen and scene.noticed(str(region), render)
            return _measured(scene, render), noticed

        numbers, noticed = self._rows.numbers((name, strength, region), measured)
        return Outcome(self._name, name, number, strength, region, numbers, noticed)


def tried(
    folder: Path | None, turn: int, scene: tuple[str, str, str], *, quick: bool, only: bool
) -> list[Outcome]:
    """Put one scene through its trials, those apart that an earlier run kept in a folder."""
    path = folder and folder / f"{turn:02d}-{'-'.join(scene)}.jsonl"
    return list(Trials(turn, scene, Rows(path)).outcomes(quick=quick, only=only))


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
    parser.add_argument("--quick", action="store_true", help="one strength each")
    parser.add_argument("--scenes", type=int, nargs="+", help="the numbers of the scenes")
    parser.add_argument("--kept-back", action="store_true", help="only what was kept back")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--rows", type=Path, help="keep what is measured; judge what was kept")
    arguments = parser.parse_args()
    for line in timed():
        print(line)
    outcomes: list[Outcome] = []
    trials = partial(tried, arguments.rows, quick=arguments.quick, only=arguments.kept_back)
    todo = scenes()
    turns = arguments.scenes or range(_QUICK if arguments.quick else len(todo))
    with ProcessPoolExecutor(arguments.workers) as pool:
        jobs = [(todo[turn], pool.submit(trials, turn, todo[turn])) for turn in turns]
        for scene, job in jobs:
            outcomes += job.result()
            print(f"tried {scene[0]} on {scene[2]}", flush=True)
    print()
    print("\n".join(report(outcomes)))


if __name__ == "__main__":
    main()
