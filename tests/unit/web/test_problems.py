"""Errors as problem details."""

import json

import pytest

from chalicelib import errors
from chalicelib.errors import (
    IntegrityError,
    InvalidInputError,
    KeyTakenError,
    NotFoundError,
    PalluError,
    SettingsError,
    StorageUnavailableError,
    UndecodableImageError,
)
from chalicelib.web.models import Problem
from chalicelib.web.problems import ANSWERS, answer_to, problem, sentence

KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, PalluError)
]


@pytest.mark.parametrize("kind", [k for k in KINDS if issubclass(k, InvalidInputError)])
def test_what_the_caller_can_fix_has_an_answer_of_its_own(kind: type[PalluError]) -> None:
    assert kind in ANSWERS
    assert 400 <= ANSWERS[kind].status < 500
    assert ANSWERS[kind].detail is None


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_is_answered_as_a_problem(kind: type[PalluError]) -> None:
    answered = problem(kind("words"), "r1")

    told = Problem.model_validate_json(answered.body)
    assert told.status == answered.status_code == answer_to(kind("words")).status
    assert told.request_id == "r1"


@pytest.mark.parametrize("kind", [KeyTakenError, IntegrityError, SettingsError, RuntimeError])
def test_what_is_our_fault_says_nothing_of_the_inside(kind: type[Exception]) -> None:
    told = json.loads(problem(kind("sarees/0/secret"), "r1").body)

    assert (told["status"], told["code"]) == (500, "internal_error")
    assert "secret" not in json.dumps(told)


def test_a_failing_store_is_told_without_its_words() -> None:
    answered = problem(StorageUnavailableError("sarees/0/secret: SlowDown"), "r1")

    assert answered.status_code == 503
    assert answered.headers["Retry-After"] == "5"
    assert "secret" not in answered.body


def test_what_is_missing_is_named_by_its_code_alone() -> None:
    stored = json.loads(problem(NotFoundError("sarees/0/secret"), "r1").body)
    named = json.loads(problem(NotFoundError("secret", code="job_not_found"), "r1").body)

    assert (stored["code"], stored["detail"]) == ("not_found", "There is no such thing.")
    assert (named["code"], named["detail"]) == ("job_not_found", "There is no such job.")


def test_a_refusal_speaks_for_itself() -> None:
    refusal = UndecodableImageError("the image is animated; send one", code="image_animated")

    told = json.loads(problem(refusal, "r1").body)

    assert told["code"] == "image_animated"
    assert told["type"] == "urn:pallu:problem:image_animated"
    assert told["detail"] == "The image is animated; send one."


@pytest.mark.parametrize(
    ("text", "dressed"),
    [
        ("the image is broken", "The image is broken."),
        ("length_m is 50", "length_m is 50."),
        ("Already one.", "Already one."),
        ("'x' is no mode", "'x' is no mode."),
        ("", ""),
    ],
)
def test_words_are_dressed_as_a_sentence(text: str, dressed: str) -> None:
    assert sentence(text) == dressed
