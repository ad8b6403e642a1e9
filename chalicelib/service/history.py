"""A job's log of events: append-only, numbered without gaps, each with the state it led to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from chalicelib.domain import job as jobs
from chalicelib.domain import keys
from chalicelib.domain.job import Event, JobQueued, JobState
from chalicelib.domain.proof import CheckFinished, VerificationQueued
from chalicelib.errors import KeyTakenError, NotFoundError
from chalicelib.ports import Clock, ObjectStore
from chalicelib.service import documents
from chalicelib.service.publish import JSON

EVENT_NAMES: dict[type[Any], str] = {
    jobs.JobQueued: "job.queued",
    VerificationQueued: "verification.queued",
    CheckFinished: "check.finished",
    jobs.StageFinished: "stage.finished",
    jobs.PoseComposed: "pose.composed",
    jobs.PoseJudged: "pose.judged",
    jobs.PosePublished: "pose.published",
    jobs.RetryScheduled: "retry.scheduled",
    jobs.JobResumed: "job.resumed",
    jobs.JobSucceeded: "job.succeeded",
    jobs.JobFailed: "job.failed",
}
assert set(EVENT_NAMES) == set(get_args(Event))


@dataclass(frozen=True, slots=True)
class Entry:
    """One stored event: what happened, when, its facts, and the state it led to."""

    event: str
    at: datetime
    facts: dict[str, Any]
    state: JobState


class History:
    """The event logs of all jobs."""

    def __init__(self, store: ObjectStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def begin(self, job_id: str, event: JobQueued | VerificationQueued) -> JobState:
        """Write a job's first event, or find the job begun already."""
        state = JobState.begun(job_id, event, self._clock.now())
        try:
            self._write(event, state)
        except KeyTakenError:
            return self.state(job_id)
        return state

    def state(self, job_id: str) -> JobState:
        """Read what the job's events add up to, or raise `NotFoundError`."""
        stored = self._store.list(keys.events(job_id))
        if not stored:
            raise NotFoundError("there is no such job", code="job_not_found")
        return self._entry(stored[-1].key).state

    def entries(self, job_id: str) -> tuple[Entry, ...]:
        """Read everything that happened, in order, or raise `NotFoundError`."""
        stored = self._store.list(keys.events(job_id))
        if not stored:
            raise NotFoundError("there is no such job", code="job_not_found")
        return tuple(self._entry(each.key) for each in stored)

    def append(self, state: JobState, event: Event) -> JobState:
        """
        Record an event after `state`, and give the state it leads to.

        An event that says nothing new is not recorded. The number is the lock: whoever
        comes second reads what came first and tries the next number.
        """
        while True:
            led_to = state.after(event, self._clock.now())
            if led_to is state:
                return state
            try:
                self._write(event, led_to)
            except KeyTakenError:
                state = self.state(state.job_id)
            else:
                return led_to

    def _entry(self, key: str) -> Entry:
        return documents.load(Entry, self._store.get(key))

    def _write(self, event: Event, state: JobState) -> None:
        facts = documents.plain(event)
        entry = Entry(EVENT_NAMES[type(event)], state.updated_at, facts, state)
        key = keys.event(state.job_id, state.version)
        self._store.put_new(key, documents.dump(entry), content_type=JSON)
