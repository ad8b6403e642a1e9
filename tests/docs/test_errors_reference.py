"""The errors page and the code name the same codes, with the same status and category."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib import errors
from chalicelib.errors import PalluError
from chalicelib.web.models import Problem
from chalicelib.web.problems import ANSWERS, GATEWAY, answer_to

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/reference/errors.md").read_text()

RESOURCES = json.loads((ROOT / ".chalice/resources.json").read_text())["Resources"]
DECLARED = RESOURCES["RestAPI"]["Properties"]["GatewayResponses"]

# Codes that are put together from what is named where they are raised.
COMPOSED = {
    "{kind}_not_found": ("saree_not_found", "job_not_found"),
    "{field}_invalid": ("length_m_invalid", "width_m_invalid"),
}


def rows(heading: str) -> list[list[str]]:
    """Read the table below a heading, without its head."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    table = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip().strip("`") for cell in line.split("|")[1:-1]] for line in table[2:]]


def codes_in_the_code() -> set[str]:
    """Collect every code that is given to an error or a reason."""
    found = {kind.code for kind in _kinds()} | {code for code, _ in GATEWAY.values()}
    found |= {told(kind)["code"] for kind in DECLARED}
    for path in sorted((ROOT / "chalicelib").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                found.update(_codes(node))
    return found


def told(kind: str) -> dict[str, Any]:
    """Read what the template has the gateway answer by itself."""
    return dict(json.loads(DECLARED[kind]["ResponseTemplates"]["application/json"]))


def _kinds() -> list[type[PalluError]]:
    return [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, PalluError)
    ]


def _codes(call: ast.Call) -> Iterator[str]:
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    given = [word.value for word in call.keywords if word.arg == "code"]
    if name in ("Reason", "JobFailed") and call.args:
        given.append(call.args[0])
    if not name.endswith("Error") and name not in ("Reason", "JobFailed"):
        given = []
    for value in given:
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.value
        elif isinstance(value, ast.JoinedStr):
            yield from COMPOSED[ast.unparse(value)[2:-1]]


def test_the_page_and_the_code_name_the_same_codes() -> None:
    documented = [
        row[0]
        for heading in ("Codes of requests", "Codes of reasons", "Codes that stay inside")
        for row in rows(heading)
    ]

    assert len(documented) == len(set(documented))
    assert set(documented) == codes_in_the_code()


@pytest.mark.parametrize("kind", _kinds())
def test_each_class_is_answered_as_the_page_says(kind: type[PalluError]) -> None:
    told = {row[0]: (row[1], row[2]) for row in rows("Codes of requests")}
    answer = answer_to(kind("words"))
    code = kind.code if answer.status != 500 else PalluError.code

    assert told[code] == (str(answer.status), answer.category)


def test_each_answer_of_the_framework_is_as_the_page_says() -> None:
    told = {row[0]: row[1] for row in rows("Codes of requests")}

    assert {code: str(status) for status, (code, _) in GATEWAY.items()}.items() <= told.items()


@pytest.mark.parametrize("kind", DECLARED)
def test_each_answer_of_the_gateway_is_a_problem_as_on_the_page(kind: str) -> None:
    rows_by_code = {row[0]: (row[1], row[2]) for row in rows("Codes of requests")}

    problem = Problem.model_validate(told(kind))

    assert problem.status == DECLARED[kind]["StatusCode"]
    assert rows_by_code[problem.code] == (str(problem.status), problem.category)


def test_the_statuses_of_the_page_are_those_that_errors_have() -> None:
    possible = {(str(answer.status), answer.category) for answer in ANSWERS.values()}
    possible |= {(str(status), "invalid") for status in GATEWAY if status < 500}
    possible |= {(str(told(kind)["status"]), told(kind)["category"]) for kind in DECLARED}

    assert {(row[1], row[2]) for row in rows("Codes of requests")} <= possible


def test_the_categories_of_the_page_are_those_of_the_answers() -> None:
    documented = {row[0] for row in rows("Categories")}

    assert documented == {answer.category for answer in ANSWERS.values()}


def test_the_fields_of_a_problem_are_on_the_page() -> None:
    section = PAGE.split("\n## ")[0]

    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == set(Problem.model_fields)
