import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.proof import CheckResult, Difference, Outcome, concluded

STAGES = ("photo", "isolate", "extract", "compose", "validate", "retry", "publish", "certificate")

differences = st.builds(
    Difference,
    st.sampled_from(STAGES),
    st.sampled_from(
        ["gen_01_standard/attempts/1/pose_01.png", "prepared/x/y.png", "metrics.json"]
    ),
    st.sampled_from([None, "a" * 64]),
    st.sampled_from([None, "b" * 64]),
    st.just("is not what it should be"),
)
results = st.lists(
    st.builds(
        CheckResult,
        st.sampled_from(["isolate", "pose_01", "certificate"]),
        st.just({}),
        st.dictionaries(st.sampled_from("abc"), st.just("c" * 64)),
        st.lists(differences, max_size=2).map(tuple),
        st.lists(st.sampled_from(["code was x, is y"]), max_size=1).map(tuple),
    ),
    min_size=1,
)


@given(found=results)
def test_equal_is_said_only_where_nothing_differs_and_the_version_is_ours(
    found: list[CheckResult],
) -> None:
    conclusion = concluded(found)

    clean = not any(each.differences or each.versions for each in found)
    assert (conclusion.outcome is Outcome.EQUAL) == clean


@given(found=results)
def test_a_difference_weighs_more_than_another_version(found: list[CheckResult]) -> None:
    conclusion = concluded(found)

    assert (conclusion.outcome is Outcome.DIFFERENT) == any(each.differences for each in found)
    assert len(conclusion.differences) == sum(len(each.differences) for each in found)


def of(stage: str, artifact: str) -> Difference:
    return Difference(stage, artifact, "a" * 64, "b" * 64, "is not what the same work gives")


def test_the_first_difference_is_the_one_that_the_others_follow_from() -> None:
    attempts = "gen_01_standard/attempts"
    in_order = [
        of("photo", "original.jpg"),
        of("isolate", "prepared/f/isolate/cutout.png"),
        of("extract", "prepared/f/extract/whole.png"),
        of("compose", f"{attempts}/1/pose_01.png"),
        of("validate", f"{attempts}/1/pose_01.json"),
        of("retry", f"{attempts}/1, instructions for the next attempt,"),
        of("compose", f"{attempts}/2/pose_01.png"),
        of("publish", "gen_01_standard/pose_01.png"),
        of("certificate", "gen_01_standard/metrics.json"),
    ]
    shuffled = random.Random(3).sample(in_order, len(in_order))

    conclusion = concluded([CheckResult("isolate", differences=tuple(shuffled))])

    assert list(conclusion.differences) == in_order
    assert conclusion.sentence == (
        "photo: original.jpg is not what the same work gives "
        f"(expected {'a' * 16}, found {'b' * 16})"
    )


def test_what_changed_between_two_checks_is_found_although_each_was_content() -> None:
    first = CheckResult("extract", proved={"whole.png": "a" * 64})
    second = CheckResult("pose_01", read={"whole.png": "b" * 64}, proved={"pose_01.png": "c" * 64})

    conclusion = concluded([first, second])

    assert conclusion.outcome is Outcome.DIFFERENT
    assert "whole.png changed while it was verified" in conclusion.sentence


@pytest.mark.parametrize(
    ("expected", "found", "told"),
    [
        ("a" * 64, None, "(expected aaaaaaaaaaaaaaaa, found nothing)"),
        (None, "b" * 64, "(expected nothing, found bbbbbbbbbbbbbbbb)"),
    ],
)
def test_a_sentence_names_both_digests(expected: str | None, found: str | None, told: str) -> None:
    assert told in Difference("publish", "pose_01.png", expected, found, "differs").sentence


def test_of_what_is_internal_no_digest_is_told() -> None:
    assert "expected" not in Difference("retry", "instructions", None, None, "differ").sentence
