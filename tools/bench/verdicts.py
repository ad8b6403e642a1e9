"""
How well the verdicts tell damage from what does no harm: `make bench-verdicts`.

    python -m tools.bench.verdicts [--quick] [--workers N]
"""

import argparse
import os
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from chalicelib.domain.verdict import LIMITS, METRICS, REGIONS, Status, Verdict, judge
from chalicelib.imaging.draping import drape
from chalicelib.imaging.image import Rgb8
from chalicelib.imaging.metrics.measurement import measure
from chalicelib.poses.asset import available, load
from tools.bench.verdict_trials import GRADED, Scene, harmless
from tools.designs.collection import DESIGNS


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdicts on one trial; `graded` is None for what does no harm."""

    name: str
    graded: int | None
    strength: float
    region: str | None
    verdicts: tuple[Verdict, ...]

    def blamed(self) -> tuple[Verdict, ...]:
        """The parts that failed."""
        return tuple(v for v in self.verdicts if v.status is Status.FAILED)

    def right_region(self) -> bool:
        """Whether the damaged part failed."""
        return any(verdict.region == self.region for verdict in self.blamed())

    def right_reason(self) -> bool:
        """Whether the first reason of the damaged part is one that names the damage."""
        assert self.graded is not None
        codes = GRADED[self.graded].codes
        return any(
            verdict.reasons[0].code in codes
            for verdict in self.blamed()
            if verdict.region == self.region
        )


def scenes(*, quick: bool) -> list[tuple[str, str, str]]:
    """Design, other design and pose of each scene: every pose, every design."""
    designs, poses = list(DESIGNS), available()
    count = 3 if quick else max(len(poses), 2 * len(designs))
    return [
        (designs[n % len(designs)], designs[(n + 3) % len(designs)], poses[n % len(poses)])
        for n in range(count)
    ]


def tried(scene: tuple[str, str, str], *, quick: bool = False) -> list[Outcome]:
    """Put one scene through every trial."""
    built = _built(*scene)
    faithful = _verdicts(built, built.faithful)
    visible = {v.region for v in faithful if v.status is not Status.NOT_VISIBLE}
    outcomes = [Outcome("faithful", None, 0, None, faithful)]
    for name, change in harmless():
        outcomes.append(Outcome(name, None, 0, None, _verdicts(built, change(built))))
    for number, graded in enumerate(GRADED):
        for region in (region for region in graded.regions if region in visible):
            for strength in graded.strengths:
                if not quick or strength == graded.seen_from:
                    verdicts = _verdicts(built, graded.render(built, region, strength))
                    outcomes.append(Outcome(graded.name, number, strength, region, verdicts))
    return outcomes


def _built(design: str, other: str, pose: str) -> Scene:
    cloth, foreign = DESIGNS[design](), DESIGNS[other]()
    placement = load(pose).placement(
        length_m=cloth.parts.length_m,
        width_m=cloth.parts.width_m,
        border_bottom_m=cloth.parts.border_bottom_m,
        border_top_m=cloth.parts.border_top_m,
    )
    return Scene(f"{design} on {pose}", cloth, foreign, placement, drape(cloth, placement))


def _verdicts(scene: Scene, render: Rgb8) -> tuple[Verdict, ...]:
    measured = measure(render, scene.faithful, scene.cloth, scene.placement)
    return tuple(judge(region, measured[region], LIMITS) for region in REGIONS)


def report(outcomes: list[Outcome]) -> Iterator[str]:
    """The tables, line by line."""
    yield f"limits: {LIMITS.name}"
    yield ""
    yield f"{'harmless':32} {'trials':>6} {'alarms':>6}  blamed"
    safe = [outcome for outcome in outcomes if outcome.graded is None]
    for name, group in _grouped(safe, lambda outcome: outcome.name):
        yield _alarms(name, group)
    yield _alarms("all", safe)
    yield ""
    yield f"{'damage':22} {'trials':>6} {'found':>7} {'region':>7} {'reason':>7}  other reasons"
    harmful = [outcome for outcome in outcomes if outcome.graded is not None]
    for _, group in _grouped(harmful, lambda o: f"{o.graded:02d} {o.strength:8.4f}"):
        yield _found(group)
    yield ""
    yield "ROC area at the strength from which damage is seen (damaged part against harmless)"
    yield from _areas(safe, harmful)


def _grouped(
    outcomes: list[Outcome], key: Callable[[Outcome], str]
) -> Iterator[tuple[str, list[Outcome]]]:
    return ((name, list(group)) for name, group in groupby(sorted(outcomes, key=key), key=key))


def _alarms(name: str, group: list[Outcome]) -> str:
    wrong = [outcome for outcome in group if outcome.blamed()]
    blamed = Counter(
        f"{verdict.region}:{verdict.reasons[0].code}:{verdict.reasons[0].metric}"
        for outcome in wrong
        for verdict in outcome.blamed()
    )
    return f"{name:32} {len(group):6d} {len(wrong):6d}  {_listed(blamed)}"


def _found(group: list[Outcome]) -> str:
    first = group[0]
    assert first.graded is not None
    graded = GRADED[first.graded]
    found = [outcome for outcome in group if outcome.blamed()]
    others = Counter(
        verdict.reasons[0].code
        for outcome in found
        if not outcome.right_reason()
        for verdict in outcome.blamed()
    )
    mark = "*" if graded.kept_back else " "
    seen = "seen" if first.strength >= graded.seen_from else ""
    return (
        f"{mark}{first.name:14}{first.strength:7g} {len(group):6d} {_share(len(found), group)} "
        f"{_share(sum(outcome.right_region() for outcome in found), found)} "
        f"{_share(sum(outcome.right_reason() for outcome in found), found)}  "
        f"{seen:4} {_listed(others)}"
    )


def _areas(safe: list[Outcome], harmful: list[Outcome]) -> Iterator[str]:
    for name, group in _grouped(harmful, lambda outcome: f"{outcome.graded:02d}"):
        graded = GRADED[int(name)]
        at = [outcome for outcome in group if outcome.strength == graded.seen_from]
        areas = {metric: _area(metric, safe, at) for metric in METRICS}
        shown = "  ".join(f"{metric} {area:.3f}" for metric, area in areas.items() if area >= 0)
        yield f"{graded.name:14}{graded.seen_from:7g}  {shown}"


def _area(metric: str, safe: list[Outcome], harmful: list[Outcome]) -> float:
    """Chance that a damaged part is worse by a metric than a harmless one; -1 without any."""
    worse = 1 if metric.startswith("delta_e") else -1
    bad = [worse * value for o in harmful for value in _values(o, metric, o.region)]
    good = [worse * value for o in safe for value in _values(o, metric, None)]
    if not bad or not good:
        return -1.0
    difference = np.subtract.outer(np.array(bad), np.array(good))
    return float(np.mean(difference > 0) + np.mean(difference == 0) / 2)


def _values(outcome: Outcome, metric: str, region: str | None) -> list[float]:
    values = [getattr(v, metric) for v in outcome.verdicts if region in (None, v.region)]
    return [value for value in values if value is not None]


def _share(count: int, group: list[Outcome]) -> str:
    return f"{count / len(group):6.0%} " if group else "     – "


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.most_common(4))


def main() -> None:
    """Run the bench and print its tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="three scenes, one strength each")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    chosen = scenes(quick=arguments.quick)
    outcomes: list[Outcome] = []
    with ProcessPoolExecutor(arguments.workers) as pool:
        jobs = [pool.submit(tried, scene, quick=arguments.quick) for scene in chosen]
        for scene, job in zip(chosen, jobs, strict=True):
            outcomes += job.result()
            print(f"tried {scene[0]} on {scene[2]}", flush=True)
    print()
    print("\n".join(report(outcomes)))


if __name__ == "__main__":
    main()
