"""Finding what stands still, and setting it going again."""

import logging
from datetime import timedelta

from chalicelib.domain import keys
from chalicelib.domain.job import JobFailed, JobResumed, JobState
from chalicelib.domain.messages import StageMessage
from chalicelib.errors import ConflictError, NotFoundError, PalluError
from chalicelib.ports import Clock, ObjectStore, StoredObject, WorkQueue
from chalicelib.service import documents
from chalicelib.service.endings import Endings
from chalicelib.service.generate import Generation, Generations
from chalicelib.service.history import History
from chalicelib.service.upload import Uploads
from chalicelib.service.verification.request import Verification, Verifications

log = logging.getLogger(__name__)


class Sweep:
    """
    Looks through `open/` and `incoming/`.

    A job is resumed by sending its first message again: walking its stages once more finds
    what is done, whatever was lost. Nothing else knows how to resume.
    """

    def __init__(
        self,
        store: ObjectStore,
        queue: WorkQueue,
        history: History,
        endings: Endings,
        generations: Generations,
        verifications: Verifications,
        uploads: Uploads,
        clock: Clock,
        *,
        stand_still_seconds: int,
        give_up_seconds: int,
    ) -> None:
        self._store = store
        self._queue = queue
        self._history = history
        self._endings = endings
        self._generations = generations
        self._verifications = verifications
        self._uploads = uploads
        self._clock = clock
        self._stand_still = timedelta(seconds=stand_still_seconds)
        self._give_up = timedelta(seconds=give_up_seconds)

    def run(self) -> None:
        """Sweep once; one thing that cannot be set going does not keep the others."""
        for prefix, resume in (
            (keys.INCOMING, self._resume_upload),
            (keys.OPEN_SAREES, self._resume_preparation),
            (keys.OPEN_JOBS, self._resume_job),
            (keys.OPEN_VERIFICATIONS, self._resume_verification),
        ):
            for stored in self._standing_still(prefix):
                try:
                    resume(stored)
                except PalluError:
                    log.exception("sweep.failed", extra={"key": stored.key})

    def _standing_still(self, prefix: str) -> list[StoredObject]:
        latest = self._clock.now() - self._stand_still
        return [each for each in self._store.list(prefix) if each.modified_at <= latest]

    def _resume_upload(self, stored: StoredObject) -> None:
        self._uploads.accept_incoming(keys.saree_of_incoming(stored.key))
        log.info("upload.resumed", extra={"key": stored.key})

    def _resume_preparation(self, stored: StoredObject) -> None:
        message = StageMessage.from_json(self._store.get(stored.key).decode())
        if self._clock.now() - stored.modified_at > self._give_up:
            self._store.delete(stored.key)
            log.error("preparation.abandoned", extra={"saree": message.saree_id})
            return
        self._queue.send(message)
        log.info("preparation.resumed", extra={"saree": message.saree_id})

    def _resume_job(self, stored: StoredObject) -> None:
        generation = documents.load(Generation, self._store.get(stored.key))
        state = self._state(generation.job_id)
        if state is None:
            self._begin(generation)
        elif self._stands_still(state):
            self._generations.send(generation)

    def _resume_verification(self, stored: StoredObject) -> None:
        verification = documents.load(Verification, self._store.get(stored.key))
        state = self._state(verification.job_id)
        if state is None:
            self._verifications.launch(verification)
        elif self._stands_still(state):
            self._verifications.send(verification)

    def _state(self, job_id: str) -> JobState | None:
        try:
            return self._history.state(job_id)
        except NotFoundError:
            return None

    def _stands_still(self, state: JobState) -> bool:
        """Tell whether a job is to be set going, having ended it where that is due."""
        if state.ended:
            self._endings.close(state)
        elif self._clock.now() - state.created_at > self._give_up:
            detail = "the job took too long; please try again later"
            self._endings.fail(state, JobFailed("timed_out", detail))
        elif self._clock.now() - state.updated_at >= self._stand_still:
            self._history.append(state, JobResumed(state.resumed + 1))
            log.info("job.resumed", extra={"job": state.job_id})
            return True
        return False

    def _begin(self, generation: Generation) -> None:
        """Go on with a start that crashed; where its number was taken, nobody was promised it."""
        try:
            self._generations.launch(generation)
        except ConflictError:
            log.info("job.dropped", extra={"job": generation.job_id})
