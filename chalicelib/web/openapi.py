"""The OpenAPI 3.1 document, made from the operations and the models they name."""

import json
import re
from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from typing import Any, Final, TypeAlias

from chalice.app import Blueprint, Response
from pydantic import BaseModel, RootModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from chalicelib.domain.saree import DetailPart
from chalicelib.web import health, jobs, problems, sarees, uploads, verifications
from chalicelib.web.models import Problem, SareeWords
from chalicelib.web.operations import Operation

API_VERSION: Final = "1.0.0"

Json: TypeAlias = dict[str, Any]


class OpenApi(RootModel[dict[str, Any]]):
    """An OpenAPI document."""


READ_OPENAPI = Operation(
    name="read_openapi",
    method="GET",
    path="/openapi.json",
    summary="This document.",
    status=200,
    answer=OpenApi,
)

OPERATIONS = (
    *uploads.OPERATIONS,
    *sarees.OPERATIONS,
    *jobs.OPERATIONS,
    *verifications.OPERATIONS,
    *health.OPERATIONS,
    READ_OPENAPI,
)

_REFERENCE = "#/components/schemas/{model}"

_HEADERS = {
    "ETag": "Names this version of the answer.",
    "Location": "Where the thing is.",
    "Retry-After": "Seconds to wait before asking again; absent when nothing more will change.",
    "X-Request-Id": "Names the request in our logs.",
}

_ASKED = {
    "Idempotency-Key": ("Makes a repeated request the same request.", "^[ -~]{1,255}$"),
    "If-None-Match": ("The ETag of the version that the caller has.", None),
    "X-Request-Id": ("A name for this request, given back.", None),
}


def openapi() -> Blueprint:
    """Make the surface that describes all others."""
    surface = Blueprint(__name__)

    @READ_OPENAPI.on(surface)
    def read_openapi() -> Response:
        headers: dict[str, str | list[str]] = {
            "Content-Type": "application/json",
            "Cache-Control": "public, max-age=300",
        }
        return Response(json.dumps(document()), headers=headers)

    return surface


@cache
def document() -> Json:
    """Describe the API."""
    paths: dict[str, Json] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _described(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Pallu",
            "version": API_VERSION,
            "description": "From one photo of a saree to verified catalog pictures.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": _schemas()},
    }


def _schemas() -> Json:
    wanted: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {(Problem, "serialization"): None}
    for operation in OPERATIONS:
        if operation.request is not None:
            wanted[operation.request, "validation"] = None
        if operation.answer is not None:
            wanted[operation.answer, "serialization"] = None
    _, schemas = models_json_schema(list(wanted), ref_template=_REFERENCE)
    return dict(schemas["$defs"])


def _described(operation: Operation) -> Json:
    described: Json = {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": list(_parameters(operation)),
        "responses": dict(_responses(operation)),
    }
    if operation.request is not None:
        described["requestBody"] = {"required": True, "content": _request_content(operation)}
    return described


def _parameters(operation: Operation) -> Iterator[Json]:
    for name in re.findall(r"{(\w+)}", operation.path):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
    for name in (*operation.asks, "X-Request-Id"):
        description, pattern = _ASKED[name]
        schema = {"type": "string"} | ({"pattern": pattern} if pattern else {})
        yield {"name": name, "in": "header", "description": description, "schema": schema}
    if operation.request is SareeWords:
        for name, schema in _words().items():
            yield {
                "name": name,
                "in": "query",
                "description": "With a raw body; in a form it is a field.",
                "schema": schema,
            }


def _request_content(operation: Operation) -> Json:
    assert operation.request is not None
    if operation.request is not SareeWords:
        return {"application/json": {"schema": _reference(operation.request)}}
    photos = {name: {"contentMediaType": "image/*"} for name in ("file", *DetailPart)}
    form: Json = {
        "type": "object",
        "properties": {**photos, **_words()},
        "required": ["file"],
        "additionalProperties": False,
    }
    raw: Json = {kind: {} for kind in ("image/jpeg", "image/png", "image/webp")}
    return {"multipart/form-data": {"schema": form}, **raw}


def _words() -> Json:
    """The schema of each field that tells of a saree."""
    return dict(SareeWords.model_json_schema(ref_template=_REFERENCE)["properties"])


def _responses(operation: Operation) -> Iterator[tuple[str, Json]]:
    headers = {name: _header(name) for name in (*operation.tells, "X-Request-Id")}
    yield str(operation.status), _response(operation.status, operation.answer, headers)
    for status in operation.otherwise:
        answer = None if status == HTTPStatus.NOT_MODIFIED else operation.answer
        yield str(status), _response(status, answer, headers)
    for status in _error_statuses(operation):
        content = {problems.CONTENT_TYPE: {"schema": _reference(Problem)}}
        yield (
            str(status),
            {
                "description": HTTPStatus(status).phrase,
                "headers": {"X-Request-Id": _header("X-Request-Id")},
                "content": content,
            },
        )


def _error_statuses(operation: Operation) -> list[int]:
    """Everything that can go wrong: what the service raises, bad bodies, and the rest of us."""
    raised = {problems.ANSWERS[kind].status for kind in operation.errors}
    if operation.request is not None:
        raised |= {400, 415}
    return sorted((raised | {500, 503}) - {operation.status, *operation.otherwise})


def _response(status: int, answer: type[BaseModel] | None, headers: Json) -> Json:
    described: Json = {"description": HTTPStatus(status).phrase, "headers": headers}
    if answer is not None:
        described["content"] = {"application/json": {"schema": _reference(answer)}}
    return described


def _header(name: str) -> Json:
    return {"description": _HEADERS[name], "schema": {"type": "string"}}


def _reference(model: type[BaseModel]) -> Json:
    return {"$ref": _REFERENCE.format(model=model.__name__)}
