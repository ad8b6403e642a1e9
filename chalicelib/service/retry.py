"""Trying failed poses again, with constraints that name what failed. Internal: never served."""

import logging
from dataclasses import dataclass, field

from chalicelib.domain.constraints import Constraint, constraints_for
from chalicelib.domain.job import RetryScheduled
from chalicelib.domain.keys import GenerationKeys, SareeKeys
from chalicelib.domain.messages import StageMessage
from chalicelib.domain.stage import Stage
from chalicelib.errors import InvalidInputError
from chalicelib.ports import ObjectStore, WorkQueue
from chalicelib.service import documents
from chalicelib.service.decide import Decision
from chalicelib.service.endings import Endings
from chalicelib.service.history import History
from chalicelib.service.publish import JSON, publish
from chalicelib.service.verdict_files import read_verdicts

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RetryPlan:
    """For each pose that is tried again: every constraint earned so far."""

    attempt: int
    constraints: dict[str, tuple[Constraint, ...]] = field(default_factory=dict)


def constraints_of(
    store: ObjectStore, keys: GenerationKeys, pose: str, attempt: int
) -> tuple[Constraint, ...]:
    """Read what earlier attempts of a pose earned; the first attempt has nothing to heed."""
    if attempt == 1:
        return ()
    plan = documents.load(RetryPlan, store.get(keys.attempt(attempt - 1).retry))
    return plan.constraints[pose]


def plan_of(store: ObjectStore, keys: GenerationKeys, decision: Decision) -> RetryPlan:
    """Read off the stored verdicts what the next attempt of each failed pose has to heed."""
    attempt = decision.attempt
    constraints = {pose: _earned(store, keys, pose, attempt) for pose in sorted(decision.failed)}
    return RetryPlan(attempt, constraints)


def _earned(
    store: ObjectStore, keys: GenerationKeys, pose: str, attempt: int
) -> tuple[Constraint, ...]:
    earlier = constraints_of(store, keys, pose, attempt)
    verdicts = read_verdicts(store, keys.attempt(attempt), pose)
    return tuple(dict.fromkeys((*earlier, *constraints_for(verdicts))))


class Retries:
    """Re-enqueues the failed poses of an attempt with injected constraints."""

    def __init__(
        self, store: ObjectStore, queue: WorkQueue, history: History, endings: Endings
    ) -> None:
        self._store = store
        self._queue = queue
        self._history = history
        self._endings = endings

    def run(self, message: StageMessage) -> None:
        """
        Send an attempt's failed poses back to `compose`.

        Safe to deliver twice: the plan follows from the stored verdicts alone.
        """
        if message.job_id is None or message.generation is None or message.attempt is None:
            raise InvalidInputError("a retry names a job and an attempt")
        state = self._history.state(message.job_id)
        if state.ended:
            self._endings.close(state)
            return
        keys = SareeKeys(message.saree_id).generation(message.generation)
        decision = self._store.get(keys.attempt(message.attempt).decision)
        plan = plan_of(self._store, keys, documents.load(Decision, decision))
        body = documents.dump(plan)
        publish(self._store, keys.attempt(message.attempt).retry, body, content_type=JSON)
        failed = tuple(plan.constraints)
        self._history.append(state, RetryScheduled(message.attempt, failed))
        for pose in failed:
            onward = message.at(Stage.COMPOSE, pose=pose, attempt=message.attempt + 1)
            self._queue.send(onward)
        log.info(
            "retry.scheduled",
            extra={"job": message.job_id, "attempt": message.attempt, "poses": failed},
        )
