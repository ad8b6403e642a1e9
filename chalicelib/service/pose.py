"""Making one pose: compose a picture, then measure it. One message each."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import NoReturn

from chalicelib.domain.job import JobState, PoseComposed, PoseJudged
from chalicelib.domain.messages import StageMessage
from chalicelib.domain.stage import Stage
from chalicelib.domain.verdict import failed
from chalicelib.errors import InvalidInputError
from chalicelib.ports import Meter, ObjectStore, WorkQueue
from chalicelib.service.decide import Decisions
from chalicelib.service.endings import Endings
from chalicelib.service.generate import Generations
from chalicelib.service.history import History
from chalicelib.service.pictures import Pictures, Try
from chalicelib.service.publish import find, publish_all
from chalicelib.service.verdict_files import read_verdicts, told

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Task:
    """One pose at one attempt, and the message that asks for it."""

    message: StageMessage
    state: JobState
    tried: Try


class Posing:
    """Runs `compose` and `validate`."""

    def __init__(
        self,
        store: ObjectStore,
        queue: WorkQueue,
        history: History,
        generations: Generations,
        endings: Endings,
        decisions: Decisions,
        pictures: Pictures,
        meter: Meter,
    ) -> None:
        self._store = store
        self._queue = queue
        self._history = history
        self._generations = generations
        self._endings = endings
        self._decisions = decisions
        self._pictures = pictures
        self._meter = meter

    def compose(self, message: StageMessage) -> None:
        """
        Make the picture of one attempt, then hand on to `validate`.

        Safe to deliver twice: the manifest says that the picture is there.
        """
        task = self._task(message)
        if task is None:
            return
        tried = task.tried
        if find(self._store, tried.keys.composed(tried.pose)) is None:
            self._timed(task, self._make)
        self._history.append(task.state, PoseComposed(tried.pose, tried.attempt))
        onward = message.at(Stage.VALIDATE, pose=tried.pose, attempt=tried.attempt)
        self._queue.send(onward)

    def validate(self, message: StageMessage) -> None:
        """
        Measure the picture of one attempt; the attempt's last verdict decides.

        Safe to deliver twice: verdicts, decision and publications are found.
        """
        task = self._task(message)
        if task is None:
            return
        tried = task.tried
        if find(self._store, tried.keys.composed(tried.pose)) is None:
            raise InvalidInputError("there is no picture to measure", code="stage_skipped")
        if find(self._store, tried.keys.verdicts(tried.pose)) is None:
            self._timed(task, self._measure)
        verdicts = read_verdicts(self._store, tried.keys, tried.pose)
        judged = PoseJudged(tried.pose, tried.attempt, not failed(verdicts), told(verdicts))
        state = self._history.append(task.state, judged)
        self._decisions.consider(tried.generation, state, tried.pose, message)

    def _task(self, message: StageMessage) -> _Task | None:
        """Read what the message stands for; None where its job has ended."""
        if message.job_id is None or message.generation is None:
            _malformed()
        if message.pose is None or message.attempt is None:
            _malformed()
        state = self._history.state(message.job_id)
        if state.ended:
            self._endings.close(state)
            return None
        generation = self._generations.one(message.saree_id, message.generation)
        return _Task(message, state, Try(generation, message.pose, message.attempt))

    def _make(self, tried: Try) -> None:
        publish_all(self._store, self._pictures.made(tried))

    def _measure(self, tried: Try) -> None:
        picture = self._store.get(tried.keys.picture(tried.pose))
        publish_all(self._store, self._pictures.measured(tried, picture))

    def _timed(self, task: _Task, work: Callable[[Try], None]) -> None:
        started = perf_counter()
        work(task.tried)
        milliseconds = round(1000 * (perf_counter() - started))
        self._meter.time("stage", milliseconds, {"stage": task.message.stage})
        log.info(
            "stage.finished",
            extra={
                "saree": task.message.saree_id,
                "job": task.message.job_id,
                "stage": task.message.stage,
                "pose": task.tried.pose,
                "attempt": task.tried.attempt,
                "milliseconds": milliseconds,
            },
        )


def _malformed() -> NoReturn:
    raise InvalidInputError("the message names no job, pose or attempt", code="message_malformed")
