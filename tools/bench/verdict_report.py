"""The tables of the verdicts' bench."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np

from chalicelib.domain.verdict import LIMITS, METRICS, REGIONS, Limit, Status, Verdict, judge
from tools.bench.verdict_trials import GRADED, MOVED

_RISES = ("delta_e", "delta_e_p95")
_MOVED_BY = {
    "pattern_scale": ("rescale", "stretch_s", "stretch_t"),
    "pattern_turn": ("rotate",),
    "pattern_slide_m": ("drift", "slip"),
    "border_shift_m": ("displace", "bend"),
    "border_widening": ("widen", "thin"),
}
"""What tells how far a damage moved the cloth."""

_STILL = 0.002
"""By how much a metric may waver and still count as monotone."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was measured in one trial; `graded` is None for what does no harm."""

    scene: str
    name: str
    graded: int | None
    strength: float
    region: str | None
    measured: dict[str, dict[str, float]]
    noticed: bool = False

    def verdicts(self) -> tuple[Verdict, ...]:
        """The verdicts of all parts."""
        return tuple(judge(region, self.measured[region], LIMITS) for region in REGIONS)

    def blamed(self) -> tuple[Verdict, ...]:
        """The parts that failed."""
        return tuple(v for v in self.verdicts() if v.status is Status.FAILED)

    def right_region(self) -> bool:
        """Whether the damaged part failed, and no other."""
        return [verdict.region for verdict in self.blamed()] == [self.region]

    def right_reason(self) -> bool:
        """Whether the first reason of the damaged part is one that names the damage."""
        return any(code in self._accepted() for code in self._told()[:1])

    def named(self) -> bool:
        """Whether any reason of the damaged part names the damage."""
        return any(code in self._accepted() for code in self._told())

    def _told(self) -> list[str]:
        told = [verdict.reasons for verdict in self.blamed() if verdict.region == self.region]
        return [reason.code for reasons in told for reason in reasons]

    def _accepted(self) -> tuple[str, ...]:
        assert self.graded is not None
        return GRADED[self.graded].codes

    def values(self, metric: str, region: str | None) -> list[float]:
        """A metric of one part, or of all that are seen."""
        parts = [
            self.measured[name]
            for name in REGIONS
            if region in (None, name) and self.measured[name].get("seen_m2", 0) > LIMITS.visible_m2
        ]
        return [part[metric] for part in parts if metric in part]

    def excess(self, region: str | None) -> list[float]:
        """By how much a part is beyond the limit that it is farthest beyond: 1 is on it."""
        return [
            max((_excess(limit, part, name) for limit in LIMITS.limits), default=0.0)
            for name, part in self.measured.items()
            if region in (None, name) and part.get("seen_m2", 0) > LIMITS.visible_m2
        ]


def _excess(limit: Limit, part: dict[str, float], region: str) -> float:
    measured = part.get(limit.metric)
    if measured is None or region not in limit.regions:
        return 0.0
    if limit.at_most:
        return measured / limit.value
    return (1 - measured) / (1 - limit.value)


def report(outcomes: list[Outcome]) -> Iterator[str]:
    """The tables, line by line."""
    safe = [outcome for outcome in outcomes if outcome.graded is None]
    harmful = [outcome for outcome in outcomes if outcome.graded is not None]
    yield f"limits: {LIMITS.name}"
    yield ""
    yield f"{'harmless':32} {'trials':>6} {'alarms':>6}  blamed"
    for name, group in _grouped(safe, lambda outcome: outcome.name):
        yield _alarms(name, group)
    yield _alarms("all", safe)
    yield ""
    yield (
        f"{'damage':24} {'trials':>6} {'noticed':>7} {'found':>7} {'region':>7} {'reason':>7}"
        f" {'named':>7}  other reasons"
    )
    for _, group in _grouped(harmful, lambda o: f"{o.graded:02d} {o.strength:8.4f}"):
        yield _found(group)
    yield ""
    yield "ROC area at the strength from which damage is noticed (damaged part, harmless parts):"
    yield "all limits together; the best single metric; the metrics of every verdict"
    yield from _areas(safe, harmful)
    yield ""
    yield "share of steps to more damage at which a metric gets no better"
    yield from _monotone(harmful)


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
    seen = first.strength >= graded.seen_from
    # What nobody could notice, such as drift on plain cloth, is no damage.
    judged = [outcome for outcome in group if outcome.noticed] if seen else group
    found = [outcome for outcome in judged if outcome.blamed()]
    others = Counter(
        verdict.reasons[0].code
        for outcome in found
        if not outcome.right_reason()
        for verdict in outcome.blamed()
    )
    mark = "*" if graded.kept_back else " "
    noticed = f"{len(judged):7d}" if seen else "       "
    return (
        f"{mark}{first.name:14}{first.strength:8g}  {len(group):6d} {noticed} "
        f"{_share(len(found), judged)} "
        f"{_share(sum(outcome.right_region() for outcome in found), found)} "
        f"{_share(sum(outcome.right_reason() for outcome in found), found)} "
        f"{_share(sum(outcome.named() for outcome in found), found)}  {_listed(others)}"
    )


def _areas(safe: list[Outcome], harmful: list[Outcome]) -> Iterator[str]:
    innocent = np.array([value for outcome in safe for value in outcome.excess(None)])
    for name, group in _grouped(harmful, lambda outcome: f"{outcome.graded:02d}"):
        graded = GRADED[int(name)]
        at = [o for o in group if o.strength == graded.seen_from and o.noticed]
        if not at:
            continue
        guilty = np.array([value for o in at for value in o.excess(o.region)])
        singles = {metric: _area(metric, safe, at) for metric in _measured_by(at)}
        best = max(singles, key=lambda metric: singles[metric])
        shown = "  ".join(f"{m} {singles[m]:.3f}" for m in METRICS if m in singles)
        yield (
            f"{graded.name:14}{graded.seen_from:8g}  {_worse(guilty, innocent):.3f}  "
            f"{best} {singles[best]:.3f};  {shown}"
        )


def _measured_by(harmful: list[Outcome]) -> list[str]:
    """The metrics that limits are on and that most of the damaged parts have."""
    metrics = dict.fromkeys([*METRICS, *(limit.metric for limit in LIMITS.limits)])
    return [
        metric
        for metric in metrics
        if sum(bool(o.values(metric, o.region)) for o in harmful) > len(harmful) / 2
    ]


def _area(metric: str, safe: list[Outcome], harmful: list[Outcome]) -> float:
    """Chance that a damaged part is worse by a metric than a harmless one."""
    lower = metric in METRICS and metric not in _RISES
    lower |= any(limit.metric == metric and not limit.at_most for limit in LIMITS.limits)
    sign = -1 if lower else 1
    bad = [sign * value for o in harmful for value in o.values(metric, o.region)]
    good = [sign * value for o in safe for value in o.values(metric, None)]
    if not good:
        # Only asked for when something is wrong.
        return 1.0
    return _worse(np.array(bad), np.array(good))


def _worse(bad: np.ndarray, good: np.ndarray) -> float:
    difference = np.subtract.outer(bad, good)
    return float(np.mean(difference > 0) + np.mean(difference == 0) / 2)


def _monotone(harmful: list[Outcome]) -> Iterator[str]:
    """
    What stays in its place by the metrics of every verdict, what moves by how far it moved.

    Once motifs lie beside where they should be, likeness is gone and says no more: those that
    move on meet the next ones.
    """
    moved = [outcome for outcome in harmful if _moves(outcome)]
    still = [outcome for outcome in harmful if not _moves(outcome)]
    for metric in METRICS:
        yield _steps(metric, metric, still)
        yield _steps(f"{metric} (moved)", metric, moved)
    for metric, names in _MOVED_BY.items():
        yield _steps(metric, metric, [o for o in harmful if o.name in names])


def _moves(outcome: Outcome) -> bool:
    assert outcome.graded is not None
    return bool({*MOVED, "border_distortion"} & set(GRADED[outcome.graded].codes))


def _steps(label: str, metric: str, harmful: list[Outcome]) -> str:
    sign = 1 if metric in _RISES or metric in _MOVED_BY else -1
    steps, right = 0, 0
    for _, group in _grouped(harmful, lambda o: f"{o.scene} {o.graded:02d} {o.region}"):
        line = [
            sign * value
            for outcome in sorted(group, key=lambda o: o.strength)
            for value in outcome.values(metric, outcome.region)
        ]
        steps += len(line[1:])
        right += sum(after >= before - _STILL for before, after in pairwise(line))
    return f"{label:28} {_share(right, range(steps))} of {steps}"


def _share(count: int, group: list[Outcome] | range) -> str:
    return f"{count / len(group):6.0%} " if len(group) else "     – "


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.most_common(4))
