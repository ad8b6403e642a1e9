"""Errors as problem details (RFC 9457): which error is answered how, and what it may say."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from chalice.app import Response

from chalicelib import errors
from chalicelib.errors import NotFoundError, PalluError

Headers: TypeAlias = Mapping[str, str | list[str]]

CONTENT_TYPE: Final = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Answer:
    """How errors of one class are answered; without `detail` they speak for themselves."""

    status: int
    category: str
    title: str
    detail: str | None = None


_OURS = Answer(
    500,
    "internal",
    "Something went wrong on our side",
    "try again; if it keeps happening, report the request_id",
)

ANSWERS: dict[type[PalluError], Answer] = {
    errors.InvalidInputError: Answer(400, "invalid", "The request cannot be done as asked"),
    errors.MissingFileError: Answer(400, "invalid", "The request carries no photo"),
    errors.TooLargeError: Answer(413, "invalid", "The photo has too many bytes"),
    errors.UnsupportedImageError: Answer(415, "invalid", "The file is not JPEG, PNG or WebP"),
    errors.UndecodableImageError: Answer(422, "invalid", "The image cannot be used"),
    errors.UnreadablePhotoError: Answer(422, "invalid", "The photo does not show what is needed"),
    errors.IdempotencyError: Answer(422, "invalid", "The idempotency key was used before"),
    errors.ConflictError: Answer(409, "conflict", "Not in the present state"),
    errors.NotFoundError: Answer(404, "not_found", "There is no such thing"),
    errors.UnavailableError: Answer(
        503,
        "unavailable",
        "Something we depend on does not answer",
        "nothing was lost; try again in a few seconds",
    ),
    errors.PalluError: _OURS,
}
"""An error without its own line is answered as the nearest class above it."""

GATEWAY = {
    400: ("bad_request", "The request cannot be read"),
    405: ("method_not_allowed", "The route does not take this method"),
    415: ("content_type_unsupported", "The route does not take this content type"),
    500: (PalluError.code, _OURS.title),
}
"""What the framework answers before any view is reached: status, and its code and title."""


def answer_to(error: Exception) -> Answer:
    """Find how an error is answered; what was not raised on purpose is our fault."""
    return next((ANSWERS[kind] for kind in type(error).__mro__ if kind in ANSWERS), _OURS)


def problem(error: Exception, request_id: str) -> Response:
    """Answer an error, saying nothing that was not written for the caller."""
    answer = answer_to(error)
    code = error.code if isinstance(error, PalluError) and answer is not _OURS else PalluError.code
    headers: Headers = {"Retry-After": "5"} if answer.status == 503 else {}
    detail = answer.detail or (_missing(code) if isinstance(error, NotFoundError) else str(error))
    return _response(answer, code, detail, request_id, headers)


def gateway_problem(status: int, request_id: str, headers: Headers) -> Response:
    """Answer what the framework refused before any view was reached."""
    code, title = GATEWAY.get(status, GATEWAY[400 if status < 500 else 500])
    category = "invalid" if status < 500 else "internal"
    return _response(Answer(status, category, title), code, title, request_id, headers)


def sentence(text: str) -> str:
    """Dress an error's words as a sentence: a capital first and a full stop last."""
    if re.match(r"[a-z]+\s", text):
        text = text[0].upper() + text[1:]
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


def _missing(code: str) -> str:
    """Name what is missing from the code alone: a store's own words hold keys."""
    kind = code.removesuffix("_not_found")
    return "there is no such thing" if kind == NotFoundError.code else f"there is no such {kind}"


def _response(
    answer: Answer, code: str, detail: str, request_id: str, headers: Headers
) -> Response:
    body = {
        "type": f"urn:pallu:problem:{code}",
        "title": answer.title,
        "status": answer.status,
        "detail": sentence(detail),
        "code": code,
        "category": answer.category,
        "request_id": request_id,
    }
    return Response(
        json.dumps(body),
        headers={**headers, "Content-Type": CONTENT_TYPE},
        status_code=answer.status,
    )
