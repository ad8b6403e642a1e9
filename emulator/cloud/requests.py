"""One request as S3 or SQS sees it, and the answers that the gate itself gives."""

import io
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote
from xml.sax.saxutils import escape

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
WsgiApp = Callable[[Environ, StartResponse], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Request:
    """A request with its body read to the end, so that no slow sender holds a lock."""

    environ: Environ
    body: bytes

    @classmethod
    def read(cls, environ: Environ) -> "Request":
        """Take the body off the wire and leave a rewound copy in its place."""
        chunked = environ.get("wsgi.input_terminated", False)
        length = -1 if chunked else int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length) if length else b""
        return cls(environ, body).with_body(body)

    def with_body(self, body: bytes) -> "Request":
        """The same request with another body."""
        environ = self.environ | {
            "wsgi.input": io.BytesIO(body),
            "CONTENT_LENGTH": str(len(body)),
        }
        return Request(environ, body)

    @property
    def method(self) -> str:
        """The HTTP method."""
        return str(self.environ["REQUEST_METHOD"])

    @property
    def sqs_action(self) -> str | None:
        """What SQS is asked to do, or None where it is not asked."""
        target = str(self.environ.get("HTTP_X_AMZ_TARGET", ""))
        return target.removeprefix("AmazonSQS.") if target.startswith("AmazonSQS.") else None

    @property
    def region(self) -> str:
        """The region that the request was signed for."""
        scope = str(self.environ.get("HTTP_AUTHORIZATION", "")).partition("Credential=")[2]
        parts = scope.split(",")[0].split("/")
        return parts[2] if len(parts) > 3 else "us-east-1"

    @property
    def bucket(self) -> str:
        """The bucket named in a path-style S3 request."""
        return unquote(self._path().partition("/")[0])

    @property
    def key(self) -> str:
        """The key named in a path-style S3 request, empty where the bucket itself is meant."""
        return unquote(self._path().partition("/")[2])

    @property
    def query(self) -> Mapping[str, list[str]]:
        """The query string, valueless parameters included."""
        return parse_qs(str(self.environ.get("QUERY_STRING", "")), keep_blank_values=True)

    def header(self, name: str) -> str | None:
        """One header by its usual name."""
        value = self.environ.get(f"HTTP_{name.upper().replace('-', '_')}")
        return None if value is None else str(value)

    def json(self) -> dict[str, Any]:
        """The body of an SQS request."""
        decoded = json.loads(self.body or b"{}")
        return decoded if isinstance(decoded, dict) else {}

    def _path(self) -> str:
        raw = self.environ.get("RAW_URI") or self.environ.get("REQUEST_URI")
        return str(raw).partition("?")[0].lstrip("/") if raw else self._plain_path()

    def _plain_path(self) -> str:
        # WSGI hands the path over as Latin-1 text of UTF-8 bytes.
        return str(self.environ.get("PATH_INFO", "")).encode("latin-1").decode().lstrip("/")


@dataclass(frozen=True, slots=True)
class Refusal:
    """An S3 error."""

    status: str
    code: str
    message: str

    def answer(self, start_response: StartResponse) -> Iterable[bytes]:
        """Answer with the XML that S3 would."""
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f"<Error><Code>{self.code}</Code><Message>{escape(self.message)}</Message></Error>"
        ).encode()
        return answer(start_response, self.status, "application/xml", body)


def answer(
    start_response: StartResponse, status: str, content_type: str, body: bytes
) -> Iterable[bytes]:
    """Answer a request without asking moto."""
    headers = [
        ("Content-Type", content_type),
        ("Content-Length", str(len(body))),
        ("Access-Control-Allow-Origin", "*"),
    ]
    start_response(status, headers)
    return [body]
