"""Ending the work of messages that failed too often to be tried again."""

import logging

from chalicelib.domain.job import JobFailed, JobState
from chalicelib.domain.keys import SareeKeys
from chalicelib.domain.messages import StageMessage
from chalicelib.errors import InvalidInputError, NotFoundError
from chalicelib.ports import ObjectStore
from chalicelib.service import documents
from chalicelib.service.answers import Reason
from chalicelib.service.endings import Endings
from chalicelib.service.generate import Generations
from chalicelib.service.history import History
from chalicelib.service.publish import JSON, digest, publish

log = logging.getLogger(__name__)


class DeadLetters:
    """Gives every dead letter an end that its user can see."""

    def __init__(
        self, store: ObjectStore, history: History, endings: Endings, generations: Generations
    ) -> None:
        self._store = store
        self._generations = generations
        self._history = history
        self._endings = endings

    def run(self, body: str) -> None:
        """End the job or the preparation that a dead message belonged to."""
        try:
            message = StageMessage.from_json(body)
        except InvalidInputError:
            log.exception("message.discarded", extra={"digest": digest(body.encode())})
            return
        log.error(
            "message.dead",
            extra={"saree": message.saree_id, "job": message.job_id, "stage": message.stage},
        )
        detail = f"the {message.stage} step failed repeatedly; please try again later"
        if message.job_id is None:
            self._refuse(message, Reason("stage_failed", detail))
        state = self._job_of(message)
        if state is not None:
            self._endings.fail(state, JobFailed("stage_failed", detail))

    def _job_of(self, message: StageMessage) -> JobState | None:
        """Find the job that a message belonged to, or that waited for it."""
        if message.job_id is None:
            waiting = self._generations.waiting(message.saree_id, message.fingerprint)
            return None if waiting is None else waiting[1]
        try:
            return self._history.state(message.job_id)
        except NotFoundError:
            log.exception("message.discarded", extra={"job": message.job_id})
            return None

    def _refuse(self, message: StageMessage, reason: Reason) -> None:
        """Say of a saree that it could not be prepared, and stop trying."""
        saree = SareeKeys(message.saree_id)
        folder = saree.prepared(message.fingerprint, message.stage)
        publish(self._store, folder.refusal, documents.dump(reason), content_type=JSON)
        self._store.delete(saree.marker)
