"""Jobs: started, watched, read back."""

from collections.abc import Callable

from chalice.app import Blueprint, Response

from chalicelib.domain.job import JobPhase
from chalicelib.errors import ConflictError, IdempotencyError, InvalidInputError, NotFoundError
from chalicelib.web.asked import idempotency_key, json_body, names_version
from chalicelib.web.models import GenerationWanted, JobAccepted, JobTold, LogEntryTold, LogTold
from chalicelib.web.operations import Operation
from chalicelib.web.replies import location, reply, unchanged
from chalicelib.web.services import Services

START_GENERATION = Operation(
    name="start_generation",
    method="POST",
    path="/api/generate",
    summary="Start making the pictures of one mode; the poses follow from the mode.",
    status=202,
    answer=JobAccepted,
    request=GenerationWanted,
    errors=(InvalidInputError, NotFoundError, ConflictError, IdempotencyError),
    asks=("Idempotency-Key",),
    tells=("Location",),
)

READ_STATUS = Operation(
    name="read_status",
    method="GET",
    path="/api/status/{job_id}",
    summary="Tell how far a job is.",
    status=200,
    answer=JobTold,
    errors=(NotFoundError,),
    asks=("If-None-Match",),
    tells=("ETag", "Retry-After"),
    otherwise=(304,),
)

READ_LOG = Operation(
    name="read_log",
    method="GET",
    path="/api/logs/{job_id}",
    summary="Tell what happened to a job, in order.",
    status=200,
    answer=LogTold,
    errors=(NotFoundError,),
)

OPERATIONS = (START_GENERATION, READ_STATUS, READ_LOG)

_ASK_AGAIN_SECONDS = 2


def jobs(services: Callable[[], Services]) -> Blueprint:
    """Make the surface that starts jobs and tells of them."""
    surface = Blueprint(__name__)

    @START_GENERATION.on(surface)
    def start_generation() -> Response:
        request = surface.current_request
        wanted = json_body(request, GenerationWanted)
        job = services().generations.start(wanted.saree_id, wanted.mode, idempotency_key(request))
        there = location(request, f"/api/status/{job.job_id}")
        return reply(JobAccepted.model_validate(job), status=202, Location=there)

    @READ_STATUS.on(surface)
    def read_status(job_id: str) -> Response:
        request = surface.current_request
        job = services().jobs.status(job_id)
        etag = f'"{job.version}"'
        if names_version(request, etag):
            return unchanged(etag)
        told = reply(JobTold.model_validate(job), ETag=etag, Cache_Control="no-cache")
        if job.status in (JobPhase.QUEUED, JobPhase.RUNNING):
            told.headers["Retry-After"] = str(_ASK_AGAIN_SECONDS)
        return told

    @READ_LOG.on(surface)
    def read_log(job_id: str) -> Response:
        entries = tuple(LogEntryTold.model_validate(each) for each in services().jobs.log(job_id))
        return reply(LogTold(job_id=job_id, entries=entries))

    return surface
