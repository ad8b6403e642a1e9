"""The HTTP page and the operations name the same routes, fields, headers and statuses."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from chalicelib.web.openapi import OPERATIONS, document
from chalicelib.web.operations import Operation

PAGE = (Path(__file__).parents[2] / "docs/reference/http.md").read_text()
SECTIONS = {
    title: body
    for title, body in (part.split("\n", 1) for part in PAGE.split("\n## ")[1:])
    if title.startswith("`")
}

# Said once for all routes, at the head of the page.
EVERYWHERE = {"500", "503"}
WITH_A_BODY = {"400", "415"}


def told(section: str, head: str) -> list[str]:
    """Read the first column of the table with this head."""
    table = re.search(rf"^\| {head} \|.*\n\| --- .*\n((?:\|.*\n?)*)", section, re.MULTILINE)
    return [] if table is None else re.findall(r"^\| `?([^`|]+?)`? \|", table[1], re.MULTILINE)


def fields(model: type[BaseModel] | None) -> set[str]:
    """Name every field of a model and of what it holds."""
    if model is None:
        return set()
    schema = model.model_json_schema(mode="serialization")
    return set(_paths(schema, schema.get("$defs", {}), ""))


def _paths(schema: dict[str, Any], known: dict[str, Any], before: str) -> Iterator[str]:
    for name, field in schema.get("properties", {}).items():
        yield from _below(field, known, f"{before}{name}")


def _below(field: dict[str, Any], known: dict[str, Any], path: str) -> Iterator[str]:
    inner = field
    for choice in field.get("anyOf", ()):
        inner = choice if choice.get("type") != "null" else inner
    step = "." if "items" not in inner else "[]."
    target = known.get(inner.get("items", inner).get("$ref", "").rpartition("/")[2], {})
    nested = list(_paths(target, known, path + step))
    # What holds fields is told through them, except where it may be null as a whole.
    if not nested or inner is not field:
        yield path
    yield from nested


def by_title() -> dict[str, Operation]:
    return {f"`{each.method} {each.path}`": each for each in OPERATIONS}


def test_the_page_and_the_code_name_the_same_routes() -> None:
    assert set(SECTIONS) == set(by_title())


@pytest.mark.parametrize("title", SECTIONS)
def test_a_section_opens_with_what_the_route_does(title: str) -> None:
    assert SECTIONS[title].strip().startswith(by_title()[title].summary)


@pytest.mark.parametrize("title", SECTIONS)
def test_the_fields_of_a_request_are_on_the_page(title: str) -> None:
    assert set(told(SECTIONS[title], "asks")) == fields(by_title()[title].request)


@pytest.mark.parametrize("title", SECTIONS)
def test_the_fields_of_an_answer_are_on_the_page(title: str) -> None:
    assert set(told(SECTIONS[title], "tells")) == fields(by_title()[title].answer)


@pytest.mark.parametrize("title", SECTIONS)
def test_the_statuses_of_a_route_are_on_the_page(title: str) -> None:
    operation = by_title()[title]
    described = document()["paths"][operation.path][operation.method.lower()]["responses"]
    said_for_all = EVERYWHERE | (WITH_A_BODY if operation.request else set())

    documented = set(told(SECTIONS[title], "status"))

    assert documented | said_for_all == set(described) | said_for_all
    assert str(operation.status) in documented


@pytest.mark.parametrize("title", SECTIONS)
def test_the_headers_of_a_route_are_on_the_page(title: str) -> None:
    operation = by_title()[title]
    mentioned = set(re.findall(r"`([A-Z][A-Za-z]+(?:-[A-Z][A-Za-z]+)*)`", SECTIONS[title]))

    assert mentioned == {*operation.asks, *operation.tells}
