from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.verdict import (
    LIMITS,
    METRICS,
    REGIONS,
    Limit,
    Limits,
    Reason,
    Status,
    Verdict,
    failed,
    judge,
)

FAITHFUL = {
    "coverage": 0.4,
    "seen_m2": 0.2,
    "ssim": 1.0,
    "ssim_boundary": 1.0,
    "delta_e": 0.0,
    "delta_e_p95": 0.0,
    "pattern_score": 1.0,
}

shares = st.floats(0, 1)
numbers = st.one_of(st.none(), st.floats(-1, 60))
reasons = st.builds(
    Reason, st.sampled_from(["seam", "color_shift"]), st.just("seam"), shares, shares
)
verdicts = st.builds(
    Verdict,
    region=st.sampled_from(REGIONS),
    ssim=numbers,
    ssim_boundary=numbers,
    delta_e=numbers,
    delta_e_p95=numbers,
    pattern_score=numbers,
    border_continuity=numbers,
    coverage=shares,
    status=st.sampled_from(Status),
    reasons=st.lists(reasons, max_size=3).map(tuple),
)


@given(verdicts)
def test_a_verdict_survives_being_written_down(verdict: Verdict) -> None:
    assert Verdict.from_json(verdict.to_json()) == verdict


def test_a_written_verdict_has_every_metric_and_says_whether_it_passed() -> None:
    verdict = judge("body", FAITHFUL, LIMITS)

    written = verdict.to_json()

    assert set(METRICS) <= set(written)
    assert written["pass"] is True
    assert written["border_continuity"] is None


def test_what_breaks_no_limit_passes() -> None:
    assert judge("body", FAITHFUL, LIMITS).status is Status.PASSED


def test_a_region_that_is_hardly_shown_is_neither_passed_nor_failed() -> None:
    hardly = FAITHFUL | {"seen_m2": LIMITS.visible_m2 / 2, "delta_e": 50.0}

    verdict = judge("body", hardly, LIMITS)

    assert verdict.status is Status.NOT_VISIBLE
    assert not verdict.passed
    assert verdict.delta_e is None
    assert not failed([verdict])


def test_a_failed_region_names_what_was_measured_and_the_limit() -> None:
    verdict = judge("pallu", FAITHFUL | {"delta_e": 30.00004}, LIMITS)

    assert verdict.status is Status.FAILED
    assert failed([verdict])
    assert verdict.reasons[0].code == "color_shift"
    assert verdict.reasons[0].measured == 30.0
    assert verdict.reasons[0].measured > verdict.reasons[0].limit


def test_a_symptom_is_told_under_its_cause() -> None:
    limits = Limits(
        "trial",
        0.0,
        (
            Limit("pattern_scale", "pattern_scale", 0.01, at_most=True),
            Limit("motif_lost", "pattern_score", 0.9, at_most=False, symptom=True),
        ),
    )

    both = judge("body", {"coverage": 1, "pattern_scale": 0.05, "pattern_score": 0.1}, limits)
    alone = judge("body", {"coverage": 1, "pattern_score": 0.1}, limits)

    assert [reason.code for reason in both.reasons] == ["pattern_scale", "pattern_scale"]
    assert [reason.code for reason in alone.reasons] == ["motif_lost"]


def test_a_limit_applies_only_to_its_regions() -> None:
    limits = Limits("trial", 0.0, (Limit("seam", "seam", 1.0, at_most=True, regions=("pallu",)),))

    assert judge("body", {"coverage": 1, "seam": 9}, limits).passed
    assert not judge("pallu", {"coverage": 1, "seam": 9}, limits).passed


@given(st.floats(0, 10), st.floats(0, 10))
def test_a_value_on_the_limit_passes_and_one_beyond_it_fails(value: float, limit: float) -> None:
    most = Limit("seam", "seam", limit, at_most=True)
    least = Limit("seam", "seam", limit, at_most=False)

    assert most.broken_by(value) == (value > limit)
    assert least.broken_by(value) == (value < limit)
