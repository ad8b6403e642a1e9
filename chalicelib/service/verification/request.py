"""Verifications: asked for, and set going; the work itself is in `verify_run`."""

import logging
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain import keys
from chalicelib.domain.job import JobPhase, JobState
from chalicelib.domain.keys import GenerationName, SareeKeys
from chalicelib.domain.messages import StageMessage
from chalicelib.domain.proof import CERTIFICATE_CHECK, VerificationQueued
from chalicelib.domain.stage import PREPARATION, Stage
from chalicelib.errors import ConflictError, KeyTakenError, NotFoundError
from chalicelib.ports import Clock, Ids, ObjectStore, WorkQueue
from chalicelib.service import documents
from chalicelib.service.answers import StartedVerification
from chalicelib.service.generate import Generation, Generations
from chalicelib.service.history import History
from chalicelib.service.idempotency import FirstRequests
from chalicelib.service.publish import JSON, find
from chalicelib.service.sarees import Sarees

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Verification:
    """What is to be verified, under which job."""

    job_id: str
    saree_id: str
    generation: GenerationName
    fingerprint: str
    checks: tuple[str, ...]
    created_at: datetime


class Verifications:
    """Starts verifications of generations that have ended with a certificate."""

    def __init__(
        self,
        store: ObjectStore,
        queue: WorkQueue,
        sarees: Sarees,
        generations: Generations,
        history: History,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._store = store
        self._queue = queue
        self._sarees = sarees
        self._generations = generations
        self._history = history
        self._clock = clock
        self._first_requests = FirstRequests(store, ids)

    def start(
        self, saree_id: str, generation: str, idempotency_key: str | None
    ) -> StartedVerification:
        """
        Start a verification, or find the one that the same idempotency key started.

        Raises
        ------
        NotFoundError
            There is no such saree, or it has no such generation.
        ConflictError
            The generation has not ended, or ended without a certificate.
        IdempotencyError
            The key came before with another request.
        """
        self._sarees.record(saree_id)
        found = self._found(saree_id, generation)
        self._refuse_what_proves_nothing(found)
        asked = f"verify {found.name}"
        job_id = self._first_requests.job_for(saree_id, asked, idempotency_key)
        if not self._store.list(keys.events(job_id)):
            self.launch(
                Verification(
                    job_id,
                    saree_id,
                    found.name,
                    found.fingerprint,
                    (*PREPARATION, *found.poses, CERTIFICATE_CHECK),
                    self._clock.now(),
                )
            )
        return StartedVerification(job_id, saree_id, str(found.name), JobPhase.QUEUED)

    def launch(self, verification: Verification) -> None:
        """
        Set the job of a verification going; safe to call again after a crash anywhere in it.

        The marker comes first: from then on the sweep knows of the job.
        """
        verification = self._marked(verification)
        self._history.begin(
            verification.job_id,
            VerificationQueued(
                verification.saree_id, verification.generation, verification.checks
            ),
        )
        self.send(verification)
        log.info(
            "verification.queued",
            extra={"job": verification.job_id, "generation": str(verification.generation)},
        )

    def send(self, verification: Verification) -> None:
        """Put the job's first message on its queue; sent again, it finds what is done."""
        message = StageMessage(
            Stage.VERIFY,
            verification.saree_id,
            verification.fingerprint,
            verification.job_id,
            verification.generation,
        )
        self._queue.send(message)

    def _found(self, saree_id: str, name: str) -> Generation:
        try:
            return self._generations.one(saree_id, GenerationName.parse(name))
        except (ValueError, NotFoundError) as error:
            raise NotFoundError(
                "there is no such generation", code="generation_not_found"
            ) from error

    def _refuse_what_proves_nothing(self, generation: Generation) -> None:
        state = self._history.state(generation.job_id)
        if not state.ended:
            raise ConflictError(
                "this generation is running; wait until it ends", code="generation_running"
            )
        certificate = SareeKeys(generation.saree_id).generation(generation.name).certificate
        if not _certified(state) and find(self._store, certificate) is None:
            raise ConflictError(
                "this generation ended without a certificate; there is nothing to verify",
                code="nothing_to_verify",
            )

    def _marked(self, verification: Verification) -> Verification:
        """Mark the job as open; where a start in parallel has done so, its plan holds."""
        marker = keys.open_verification(verification.job_id)
        try:
            self._store.put_new(marker, documents.dump(verification), content_type=JSON)
        except KeyTakenError:
            return documents.load(Verification, self._store.get(marker))
        return verification


def _certified(state: JobState) -> bool:
    """Tell whether a generation came to a decision on its pictures, and so to a certificate."""
    failure = state.failure
    return failure is None or failure.code == "not_faithful"
