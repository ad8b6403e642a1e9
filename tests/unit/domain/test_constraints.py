import pytest

from chalicelib.domain.constraints import (
    INSTRUCTIONS,
    Constraint,
    code_of,
    constraints_for,
    strict_instructions,
)
from chalicelib.domain.verdict import LIMITS, Reason, Status, Verdict


def a_verdict(region: str, *codes: str) -> Verdict:
    reasons = tuple(Reason(code, "seam", 2.0, 1.0) for code in codes)
    status = Status.FAILED if codes else Status.PASSED
    return Verdict(region, 1.0, 1.0, 0.0, 0.0, 1.0, None, 0.3, status, reasons)


def test_every_reason_that_a_verdict_can_give_has_its_instruction() -> None:
    assert {limit.code for limit in LIMITS.limits} == set(INSTRUCTIONS)


@pytest.mark.parametrize("code", INSTRUCTIONS)
def test_an_instruction_leads_back_to_its_reason(code: str) -> None:
    assert code_of(INSTRUCTIONS[code]) == code


def test_a_sentence_that_is_not_ours_has_no_reason() -> None:
    assert code_of("Paint it blue.") is None


def test_regions_that_passed_earn_no_constraint() -> None:
    assert constraints_for([a_verdict("body"), a_verdict("pallu")]) == ()


def test_each_reason_of_each_region_earns_one_constraint() -> None:
    verdicts = [
        a_verdict("body", "color_shift", "color_shift"),
        a_verdict("border_bottom", "border_distortion"),
    ]

    constraints = constraints_for(verdicts)

    assert [(c.code, c.region) for c in constraints] == [
        ("color_shift", "body"),
        ("border_distortion", "border_bottom"),
    ]
    assert constraints[1].instruction == (
        "Previous output failed due to border distortion. Preserve border geometry exactly."
    )


def test_an_adapter_is_told_each_instruction_once() -> None:
    constraints = constraints_for(
        [a_verdict("body", "color_shift"), a_verdict("pallu", "color_shift", "seam")]
    )

    assert strict_instructions(constraints) == (
        INSTRUCTIONS["color_shift"],
        INSTRUCTIONS["seam"],
    )


def test_a_constraint_survives_being_written_down() -> None:
    constraint = Constraint("seam", "body", INSTRUCTIONS["seam"])

    assert Constraint.from_json(constraint.to_json()) == constraint
