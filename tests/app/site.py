"""The API over given services, and a client that holds every answer to the OpenAPI document."""

import json
import re
from typing import Any, NoReturn

from chalice.app import Chalice
from chalice.config import Config
from chalice.local import LocalChalice, LocalGateway
from chalice.test import HTTPResponse
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from chalicelib.adapters.memory import (
    CountingIds,
    ManualClock,
    MemoryObjectStore,
    MemoryWorkQueue,
    SilentMeter,
)
from chalicelib.bootstrap import Outside, Pallu
from chalicelib.settings import Settings
from chalicelib.web.conduct import conduct
from chalicelib.web.health import health
from chalicelib.web.jobs import jobs
from chalicelib.web.openapi import document, openapi
from chalicelib.web.sarees import sarees
from chalicelib.web.services import Services
from chalicelib.web.uploads import uploads
from chalicelib.web.verifications import verifications
from chalicelib.workshop import Workshop

ORIGIN = "https://shop.example"


def an_app(services: Services) -> Chalice:
    """Put the surfaces together as `app` does, in the kind of app that threads may share."""
    app = LocalChalice(app_name="pallu")
    conduct(app, allowed_origin=ORIGIN)
    for surface in (uploads, sarees, jobs, verifications, health):
        app.register_blueprint(surface(lambda: services))
    app.register_blueprint(openapi())
    return app


class Site:
    """A client that refuses answers which the OpenAPI document does not describe."""

    def __init__(self, services: Services) -> None:
        self.app = an_app(services)
        self.gateway = LocalGateway(self.app, Config.create())

    def get(self, path: str, **headers: str) -> HTTPResponse:
        return self.request("GET", path, headers=headers)

    def post(self, path: str, body: bytes | dict[str, Any], **headers: str) -> HTTPResponse:
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
            headers = {"content-type": "application/json", **headers}
        return self.request("POST", path, body=body, headers=headers)

    def request(
        self, method: str, path: str, *, body: bytes = b"", headers: dict[str, str]
    ) -> HTTPResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        response = self.gateway.handle_request(method, path, named, body)
        answer = HTTPResponse.create_from_dict({**response, "body": response["body"] or ""})
        if method != "OPTIONS":
            conforms(method, path, answer)
        return answer


class MemorySite(Site):
    """The API over memory, with what is behind it in reach."""

    def __init__(self, **settings: str) -> None:
        self.clock = ManualClock()
        self.store = MemoryObjectStore(self.clock)
        self.queue = MemoryWorkQueue()
        outside = Outside(self.store, self.queue, self.clock, CountingIds(), SilentMeter())
        environ = {f"PALLU_{name.upper()}": value for name, value in settings.items()}
        self.pallu = Pallu(
            Settings.from_environ(environ), outside, Workshop(_closed, _closed, _closed)
        )
        super().__init__(self.pallu.services)

    def stored(self) -> list[str]:
        return [stored.key for stored in self.store.list("")]


def _closed() -> NoReturn:
    raise AssertionError("a route reached for the pixels")


def conforms(method: str, path: str, answer: HTTPResponse) -> None:
    """Fail unless the document describes this answer to this request."""
    described = _responses(method, path)[str(answer.status_code)]
    for name, header in described["headers"].items():
        if name in answer.headers:
            assert header["schema"] == {"type": "string"}
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,128}", answer.headers["X-Request-Id"])
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Cache-Control" in answer.headers
    if "content" not in described:
        assert answer.body == b""
        return
    schema = described["content"][answer.headers["Content-Type"]]["schema"]
    whole = {**schema, "components": document()["components"]}
    Draft202012Validator(whole).validate(json.loads(answer.body))
    if answer.status_code >= 400 and "checks" not in answer.json_body:
        _is_a_problem(answer)


def _is_a_problem(answer: HTTPResponse) -> None:
    told = answer.json_body
    assert told["status"] == answer.status_code
    assert told["request_id"] == answer.headers["X-Request-Id"]
    assert told["type"].endswith(told["code"])
    assert told["detail"].endswith((".", "!", "?"))


def _responses(method: str, path: str) -> dict[str, Any]:
    asked = path.partition("?")[0].split("/")
    for template, methods in document()["paths"].items():
        parts = template.split("/")
        if len(parts) == len(asked) and all(
            part.startswith("{") or part == given for part, given in zip(parts, asked, strict=True)
        ):
            return dict(methods[method.lower()]["responses"])
    raise AssertionError(f"{path} is not described")


def multipart(*parts: tuple[str, bytes | str], boundary: str = "frontier") -> tuple[bytes, str]:
    """Make a form and its content type; a part in bytes is a file."""
    written = b""
    for name, value in parts:
        file = f'; filename="{name}.bin"' if isinstance(value, bytes) else ""
        body = value if isinstance(value, bytes) else value.encode()
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'
        written += head.encode() + body + b"\r\n"
    return written + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"
