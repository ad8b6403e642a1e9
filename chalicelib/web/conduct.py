"""What holds for every route: request ids, CORS, and answers the framework makes itself."""

import logging
import re
import time
import uuid
from collections.abc import Callable
from functools import partial
from typing import Final

from chalice.app import Chalice, CORSConfig, Request, Response

from chalicelib.web.problems import gateway_problem

log = logging.getLogger(__name__)

REQUEST_ID: Final = "X-Request-Id"

BINARY_TYPES: Final = (
    "multipart/form-data",
    "application/octet-stream",
    "image/jpeg",
    "image/jpg",
    "image/png",
    "image/webp",
    "image/gif",
    "image/heic",
    "image/avif",
    "image/tiff",
    "image/bmp",
)
"""Bodies that arrive as they were sent; the gateway takes everything else for text."""

_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{1,128}")


def conduct(app: Chalice, *, allowed_origin: str) -> None:
    """Set up what holds for every route; to be called before routes are registered."""
    app.api.binary_types = list(BINARY_TYPES)
    app.api.cors = cors(allowed_origin)
    app.register_middleware(partial(_concluded, app.api.cors), "http")


def cors(allowed_origin: str) -> CORSConfig:
    """Let pages of one origin, or of any with ``*``, use the API and read its headers."""
    return CORSConfig(
        allow_origin=allowed_origin,
        allow_headers=["Idempotency-Key", "If-None-Match", REQUEST_ID],
        expose_headers=["ETag", "Location", "Retry-After", REQUEST_ID],
        max_age=600,
    )


def request_id(request: Request) -> str:
    """Tell the request's id: the caller's if well formed, else the gateway's, else a new one."""
    asked = request.headers.get(REQUEST_ID.lower(), "")
    if _WELL_FORMED.fullmatch(asked):
        return str(asked)
    return str(request.context.setdefault("requestId", uuid.uuid4().hex))


def _concluded(
    cors: CORSConfig, request: Request, get_response: Callable[[Request], Response]
) -> Response:
    """Let every answer carry its request id and CORS headers, also those no view made."""
    began = time.monotonic()
    response = get_response(request)
    named = request_id(request)
    if _is_the_frameworks(response):
        response = gateway_problem(response.status_code, named, response.headers)
    response.headers = {
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        **cors.get_access_control_headers(),
        **response.headers,
        REQUEST_ID: named,
    }
    log.info(
        "request.answered",
        extra={
            "request": named,
            "route": f"{request.method} {request.path}",
            "status": response.status_code,
            "milliseconds": round(1000 * (time.monotonic() - began), 1),
        },
    )
    return response


def _is_the_frameworks(response: Response) -> bool:
    """Whether Chalice made the answer; it gives its errors these two members."""
    return isinstance(response.body, dict) and set(response.body) == {"Code", "Message"}
