"""Verifications: started here; what they come to is told by their job."""

from collections.abc import Callable

from chalice.app import Blueprint, Response

from chalicelib.errors import ConflictError, IdempotencyError, InvalidInputError, NotFoundError
from chalicelib.web.asked import idempotency_key, raw_body, refuse_query
from chalicelib.web.models import VerificationAccepted
from chalicelib.web.operations import Operation
from chalicelib.web.replies import location, reply
from chalicelib.web.services import Services

START_VERIFICATION = Operation(
    name="start_verification",
    method="POST",
    path="/api/verify/{saree_id}/{generation}",
    summary="Make everything of a generation again from its photo, and compare every byte.",
    status=202,
    answer=VerificationAccepted,
    errors=(InvalidInputError, NotFoundError, ConflictError, IdempotencyError),
    asks=("Idempotency-Key",),
    tells=("Location",),
)

OPERATIONS = (START_VERIFICATION,)


def verifications(services: Callable[[], Services]) -> Blueprint:
    """Make the surface that starts verifications."""
    surface = Blueprint(__name__)

    @START_VERIFICATION.on(surface)
    def start_verification(saree_id: str, generation: str) -> Response:
        request = surface.current_request
        refuse_query(request)
        _refuse_body(raw_body(request))
        job = services().verifications.start(saree_id, generation, idempotency_key(request))
        there = location(request, f"/api/status/{job.job_id}")
        return reply(VerificationAccepted.model_validate(job), status=202, Location=there)

    return surface


def _refuse_body(body: bytes) -> None:
    """Refuse fields where none has a meaning; an empty object asks for nothing."""
    if body.strip() not in (b"", b"{}"):
        raise InvalidInputError("this route takes no body", code="unknown_field")
