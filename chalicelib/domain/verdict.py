"""What was measured on one region of one picture, and whether it passes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Self, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

REGIONS = ("body", "pallu", "border_top", "border_bottom")
"""The parts of a saree, in the order in which verdicts are given."""

METRICS = (
    "ssim",
    "ssim_boundary",
    "delta_e",
    "delta_e_p95",
    "pattern_score",
    "border_continuity",
)
"""The numbers that every verdict carries; one that does not apply to its region is None."""

Json: TypeAlias = dict[str, object]


class Status(StrEnum):
    """What a verdict says."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_VISIBLE = "not_visible"


@dataclass(frozen=True, slots=True)
class Limit:
    """
    How far one measured quantity may go before it is a reason to fail.

    `at_most` tells an upper limit from a lower one; `regions` says where it applies. A
    `symptom` tells that something is wrong but not what: it is told under the code of the
    first cause of its region, and under its own only if there is none.
    """

    code: str
    metric: str
    value: float
    at_most: bool
    regions: tuple[str, ...] = REGIONS
    symptom: bool = False

    def broken_by(self, measured: float) -> bool:
        """Tell whether `measured` lies beyond the limit; a value on it does not."""
        return measured > self.value if self.at_most else measured < self.value


@dataclass(frozen=True, slots=True)
class Limits:
    """A named set of limits; a change of any value is a new name."""

    name: str
    visible_m2: float
    """Cloth of a region, square meters, that must be seen; with less it is `not_visible`."""

    limits: tuple[Limit, ...]
    """In the order in which their reasons are told: causes first, the most telling first."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One limit that was broken, with what was measured."""

    code: str
    metric: str
    measured: float
    limit: float

    def to_json(self) -> Json:
        """Write the reason down."""
        return {
            "code": self.code,
            "metric": self.metric,
            "measured": self.measured,
            "limit": self.limit,
        }

    @classmethod
    def from_json(cls, written: Mapping[str, object]) -> Self:
        """Read a reason back."""
        return cls(
            code=str(written["code"]),
            metric=str(written["metric"]),
            measured=_number(written["measured"]),
            limit=_number(written["limit"]),
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """The measurements of one region of one pose at one attempt, and whether it passed."""

    region: str
    ssim: float | None
    ssim_boundary: float | None
    delta_e: float | None
    delta_e_p95: float | None
    pattern_score: float | None
    border_continuity: float | None
    coverage: float
    status: Status
    reasons: tuple[Reason, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the region was seen and is faithful."""
        return self.status is Status.PASSED

    def to_json(self) -> Json:
        """Write the verdict down, as the certificate and the routes show it."""
        return {
            "region": self.region,
            **{metric: getattr(self, metric) for metric in METRICS},
            "coverage": self.coverage,
            "status": str(self.status),
            "pass": self.passed,
            "reasons": [reason.to_json() for reason in self.reasons],
        }

    @classmethod
    def from_json(cls, written: Mapping[str, object]) -> Self:
        """Read a verdict back."""
        reasons = written["reasons"]
        assert isinstance(reasons, list)
        return cls(
            region=str(written["region"]),
            ssim=_number_or_none(written["ssim"]),
            ssim_boundary=_number_or_none(written["ssim_boundary"]),
            delta_e=_number_or_none(written["delta_e"]),
            delta_e_p95=_number_or_none(written["delta_e_p95"]),
            pattern_score=_number_or_none(written["pattern_score"]),
            border_continuity=_number_or_none(written["border_continuity"]),
            coverage=_number(written["coverage"]),
            status=Status(str(written["status"])),
            reasons=tuple(Reason.from_json(reason) for reason in reasons),
        )


def judge(region: str, measured: Mapping[str, float], limits: Limits) -> Verdict:
    """
    Hold what was measured on a region against the limits.

    `measured` has the region's "coverage" (share of the visible cloth that it makes up), its
    "seen_m2" (how much of its cloth is resolved, square meters; none if missing) and whatever
    else could be measured; what is missing breaks no limit. A measured value is
    rounded before it is compared, so a verdict can be checked from what it says.
    """
    told = {name: round(value, 4) for name, value in measured.items()}
    if told.get("seen_m2", 0.0) < limits.visible_m2:
        return _verdict(region, {"coverage": told["coverage"]}, Status.NOT_VISIBLE, ())
    reasons = tuple(_reasons(region, told, limits.limits))
    return _verdict(region, told, Status.FAILED if reasons else Status.PASSED, reasons)


def failed(verdicts: Iterable[Verdict]) -> bool:
    """Tell whether any region failed; regions that are not visible do not."""
    return any(verdict.status is Status.FAILED for verdict in verdicts)


def _verdict(
    region: str, told: Mapping[str, float], status: Status, reasons: tuple[Reason, ...]
) -> Verdict:
    return Verdict(
        region=region,
        ssim=told.get("ssim"),
        ssim_boundary=told.get("ssim_boundary"),
        delta_e=told.get("delta_e"),
        delta_e_p95=told.get("delta_e_p95"),
        pattern_score=told.get("pattern_score"),
        border_continuity=told.get("border_continuity"),
        coverage=told["coverage"],
        status=status,
        reasons=reasons,
    )


def _reasons(
    region: str, told: Mapping[str, float], limits: tuple[Limit, ...]
) -> Iterable[Reason]:
    cause: str | None = None
    for limit in limits:
        measured = told.get(limit.metric)
        if region not in limit.regions or measured is None or not limit.broken_by(measured):
            continue
        if not limit.symptom:
            cause = cause or limit.code
        code = cause if limit.symptom and cause else limit.code
        yield Reason(code, limit.metric, measured, limit.value)


def _number(written: object) -> float:
    assert isinstance(written, int | float)
    return float(written)


def _number_or_none(written: object) -> float | None:
    return None if written is None else _number(written)


_PANELS = ("body", "pallu")
_BORDERS = ("border_top", "border_bottom")

LIMITS = Limits(
    name="limits_v8",
    visible_m2=0.01,
    limits=(
        Limit("motif_lost", "border_recognized", 0.7, at_most=False, regions=_BORDERS),
        Limit("border_broken", "border_gap_m", 0.009, at_most=True, regions=_BORDERS),
        Limit("border_distortion", "border_shift_m", 0.0035, at_most=True, regions=_BORDERS),
        Limit("border_distortion", "border_widening", 0.05, at_most=True, regions=_BORDERS),
        Limit("border_distortion", "border_cut_m", 0.006, at_most=True, regions=_BORDERS),
        Limit("texture_smeared", "detail", -0.45, at_most=False),
        Limit("texture_invented", "detail", 0.3, at_most=True),
        Limit("pattern_scale", "pattern_scale", 0.01, at_most=True, regions=_PANELS),
        Limit("pattern_rotation", "pattern_turn", 0.6, at_most=True, regions=_PANELS),
        Limit("motif_lost", "motif_likeness", 0.7, at_most=False, regions=_PANELS),
        Limit("pattern_drift", "pattern_slide_m", 0.003, at_most=True, regions=_PANELS),
        Limit("texture_smeared", "sharpness", 0.78, at_most=False),
        Limit("motif_lost", "pattern_contrast", 0.85, at_most=False),
        Limit("motif_lost", "pattern_replaced", 0.25, at_most=True, regions=_PANELS),
        Limit("seam", "seam", 2.0, at_most=True),
        Limit("color_shift", "color_patch", 3.2, at_most=True),
        Limit("texture_invented", "added_texture", 0.55, at_most=True),
        Limit("texture_invented", "added_color", 1.1, at_most=True),
        Limit("motif_lost", "pattern_kept", 0.7, at_most=False),
        Limit("motif_lost", "missing_patch", 0.35, at_most=True),
        Limit("texture_smeared", "sharpness_worst", 0.6, at_most=False),
        Limit("motif_lost", "instead_texture", 0.55, at_most=True),
        Limit("motif_lost", "instead_patch", 0.7, at_most=True),
        Limit("texture_smeared", "instead_color", 1.1, at_most=True),
        Limit("texture_smeared", "instead_color_patch", 1.5, at_most=True),
        Limit("texture_invented", "added_patch", 0.7, at_most=True),
        Limit("texture_invented", "added_color_patch", 1.5, at_most=True),
        Limit("color_shift", "color_cast", 1.15, at_most=True),
        Limit("color_shift", "color_stain", 3.2, at_most=True),
        Limit("color_shift", "recoloring", 1.8, at_most=True, regions=_PANELS),
        Limit("color_shift", "recoloring", 2.5, at_most=True, regions=_BORDERS),
        Limit("border_distortion", "border_continuity", 0.85, False, _BORDERS, symptom=True),
        Limit("motif_lost", "pattern_score", 0.9, False, _PANELS, symptom=True),
        Limit("motif_lost", "pattern_score", 0.8, False, _BORDERS, symptom=True),
        Limit("border_broken", "pattern_worst", 0.75, False, _BORDERS, symptom=True),
        Limit("motif_lost", "pattern_worst", 0.75, False, _PANELS, symptom=True),
        Limit("color_shift", "delta_e", 1.6, at_most=True, symptom=True),
        Limit("texture_smeared", "ssim", 0.93, at_most=False, symptom=True),
        Limit("texture_smeared", "ssim_boundary", 0.83, at_most=False, symptom=True),
        Limit("color_shift", "delta_e_p95", 6.0, at_most=True, symptom=True),
    ),
)
"""The limits in force; docs/explanation/verdicts.md tells what they were chosen on."""
