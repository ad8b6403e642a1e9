"""API Gateway on this machine: HTTP in, the app's routes, HTTP out."""

import functools
import logging
import math
import threading
from collections.abc import Mapping
from email.message import Message
from http.server import BaseHTTPRequestHandler
from typing import Any

from chalice.app import Chalice
from chalice.config import Config
from chalice.local import (
    ChaliceRequestHandler,
    LambdaEventConverter,
    LocalChalice,
    LocalGateway,
    LocalGatewayException,
    RouteMatcher,
    ThreadedHTTPServer,
)

from emulator.declaration import FunctionSettings, Json

log = logging.getLogger("emulator.gateway")

HOST = "127.0.0.1"
MAX_BODY_BYTES = 32_000_000
"""Above what any route takes, so that the route says no; a body above this is not kept."""

_DISCARDED_BYTES = 500_000_000


class Gateway:
    """An HTTP server in front of a Chalice app."""

    def __init__(
        self,
        app: Chalice,
        port: int,
        settings: FunctionSettings,
        responses: Mapping[str, Json],
    ) -> None:
        # One Chalice object mixes up the requests of several threads; LocalChalice does not.
        app.__class__ = type("LocalApp", (LocalChalice, type(app)), {})
        config = Config.create(
            lambda_timeout=settings.timeout_seconds,
            lambda_memory_size=settings.memory_megabytes,
            app_name=app.app_name,
        )
        self._traffic = _Traffic()
        handler = functools.partial(
            _Handler,
            app_object=app,
            config=config,
            responses=responses,
            traffic=self._traffic,
        )
        self._server = _Server((HOST, port), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        """Where the API is."""
        return f"http://{HOST}:{self._server.server_port}"

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Take no more requests and let those under way be answered."""
        self._server.shutdown()
        self._server.server_close()
        self._traffic.wait_until_quiet()


class _Traffic:
    """Counts the requests under way; connections that are merely open do not count."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._requests = 0

    def __enter__(self) -> None:
        with self._changed:
            self._requests += 1

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._requests -= 1
            self._changed.notify_all()

    def wait_until_quiet(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._requests == 0)


class _Server(ThreadedHTTPServer):
    """A server whose clients may hang up without a stack trace."""

    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        del request
        log.info("client.vanished", extra={"client": str(client_address)}, exc_info=True)


class _Converter(LambdaEventConverter):
    """Tells binary bodies from text as API Gateway does, by the media type alone."""

    def _is_binary(self, headers: dict[str, Any]) -> bool:
        given = {name.lower(): value for name, value in headers.items()}
        media_type = given.get("content-type", "").partition(";")[0].strip().lower()
        return media_type in self._binary_types or "*/*" in self._binary_types

    def create_lambda_event(
        self, method: str, path: str, headers: dict[str, str], body: bytes | None = None
    ) -> dict[str, Any]:
        event: dict[str, Any] = super().create_lambda_event(method, path, headers, body)
        if isinstance(event["body"], bytes):
            event["body"] = event["body"].decode("utf-8", "replace")
        return event


class _Handler(ChaliceRequestHandler):
    """One connection."""

    def __init__(
        self,
        *connection: Any,
        app_object: Chalice,
        config: Config,
        responses: Mapping[str, Json],
        traffic: _Traffic,
    ) -> None:
        self._responses = responses
        self._traffic = traffic
        self.local_gateway = LocalGateway(app_object, config)
        self.local_gateway.event_converter = _Converter(
            RouteMatcher(list(app_object.routes)), app_object.api.binary_types
        )
        # Chalice's own constructor would replace the gateway.
        BaseHTTPRequestHandler.__init__(self, *connection)

    def _generic_handle(self) -> None:
        with self._traffic:
            length = _length(self.headers)
            if length > MAX_BODY_BYTES:
                self._discard(length)
                self._answer_declared("REQUEST_TOO_LARGE", 413, b"{}")
            else:
                super()._generic_handle()

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = do_PATCH = do_OPTIONS = (  # noqa: N815 - the names
        _generic_handle
    )

    def _discard(self, length: float) -> None:
        """Read a body away unkept: a client that still sends does not see the answer."""
        # What remains unread would be taken for the next request.
        self.close_connection = True
        left = 0 if math.isinf(length) else int(min(length, _DISCARDED_BYTES))
        while left > 0 and (piece := self.rfile.read(min(left, 1 << 16))):
            left -= len(piece)

    def _send_error_response(self, error: LocalGatewayException) -> None:
        self._answer_declared("MISSING_AUTHENTICATION_TOKEN", error.CODE, error.body or b"{}")

    def _answer_declared(self, kind: str, status: int, body: bytes) -> None:
        """Answer as the template tells API Gateway to, or plainly where it says nothing."""
        declared = self._responses.get(kind)
        headers = {"Content-Type": "application/json"}
        if declared:
            request_id = self.local_gateway._generate_lambda_context().aws_request_id
            context = {"context.requestId": request_id}
            status = declared.get("StatusCode", status)
            template = declared["ResponseTemplates"]["application/json"]
            log.info("request.refused", extra={"reason": kind, "request": request_id})
            body = template.replace("$context.requestId", request_id).encode()
            headers = {
                name: context.get(value, value.strip("'"))
                for name, value in declared["ResponseParameters"]["Headers"].items()
            }
        self._send_http_response(int(status), headers, body)

    def _send_http_response_with_body(
        self, code: int, headers: dict[str, Any], body: str | bytes
    ) -> None:
        if self.command != "HEAD":
            super()._send_http_response_with_body(code, headers, body)
            return
        self.send_response(code)
        headers["Content-Length"] = str(len(body))
        self._send_headers(headers)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing: the app writes a line for every request it answers."""


def _length(headers: Message) -> float:
    """How many bytes a request says it has; more than any route takes where it cannot say."""
    given = headers.get("content-length", "0")
    chunked = "chunked" in headers.get("transfer-encoding", "").lower()
    return int(given) if given.isdecimal() and not chunked else math.inf
