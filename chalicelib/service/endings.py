"""Ending a job: the certificate, the last event, and the marker taken away, in this order."""

import logging

from chalicelib.domain import keys
from chalicelib.domain.job import JobFailed, JobKind, JobState, JobSucceeded
from chalicelib.ports import ObjectStore
from chalicelib.service.history import History

log = logging.getLogger(__name__)


class Endings:
    """Ends jobs, once; ending an ended job only makes sure that its marker is gone."""

    def __init__(self, store: ObjectStore, history: History) -> None:
        self._store = store
        self._history = history

    def succeed(self, state: JobState) -> None:
        """End a job whose poses are all published."""
        self.close(self._history.append(state, JobSucceeded()))

    def fail(self, state: JobState, event: JobFailed) -> None:
        """End a job that cannot be finished, with the reason for the user."""
        self.close(self._history.append(state, event))

    def close(self, state: JobState) -> None:
        """Take the ended job's marker away."""
        verification = state.kind is JobKind.VERIFICATION
        marker = keys.open_verification if verification else keys.open_job
        self._store.delete(marker(state.job_id))
        log.info(
            "job.ended",
            extra={"job": state.job_id, "status": state.phase, "retries": state.retries},
        )
