"""Making one pose: compose a picture, then measure it. One message each."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import NoReturn

from chalicelib.domain.job import JobState, PoseComposed, PoseJudged
from chalicelib.domain.keys import AttemptKeys, GenerationKeys, SareeKeys
from chalicelib.domain.messages import StageMessage
from chalicelib.domain.stage import Stage
from chalicelib.domain.verdict import Verdict, failed
from chalicelib.errors import InvalidInputError
from chalicelib.imaging.cloth import Cloth
from chalicelib.imaging.codec import decode_png, encode_png
from chalicelib.imaging.image import Rgb8
from chalicelib.imaging.placement import PlacementMap
from chalicelib.ports import ComposeAdapter, Meter, ObjectStore, WorkQueue
from chalicelib.service.cloth_files import Cloths, StoredCloth
from chalicelib.service.decide import Decisions
from chalicelib.service.endings import Endings
from chalicelib.service.generate import Generation, Generations
from chalicelib.service.history import History
from chalicelib.service.manifest import Content, Manifest, content, publish_with_manifest
from chalicelib.service.provenance import provenance
from chalicelib.service.publish import JSON, find, publish
from chalicelib.service.retry import constraints_of
from chalicelib.service.verdict_files import read_verdicts, told, write_verdicts
from chalicelib.stages.compose import compose

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tools:
    """What making a pose takes besides the store."""

    composer: ComposeAdapter
    place: Callable[[str, StoredCloth], PlacementMap]
    assets: Callable[[str], Content]
    judge: Callable[[Rgb8, Cloth, PlacementMap], tuple[Verdict, ...]]
    limits: str


@dataclass(frozen=True, slots=True)
class _Task:
    """One pose at one attempt, and everything its message stands for."""

    message: StageMessage
    generation: Generation
    state: JobState
    pose: str
    attempt: int

    @property
    def saree(self) -> SareeKeys:
        return SareeKeys(self.generation.saree_id)

    @property
    def generation_keys(self) -> GenerationKeys:
        return self.saree.generation(self.generation.name)

    @property
    def keys(self) -> AttemptKeys:
        return self.generation_keys.attempt(self.attempt)

    @property
    def seed(self) -> int:
        # Another attempt must be able to come out differently, the same one must not.
        return self.generation.seed + 1000 * self.attempt + int(self.pose[-2:])


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
        cloths: Cloths,
        tools: Tools,
        meter: Meter,
    ) -> None:
        self._store = store
        self._queue = queue
        self._history = history
        self._generations = generations
        self._endings = endings
        self._decisions = decisions
        self._cloths = cloths
        self._tools = tools
        self._meter = meter

    def compose(self, message: StageMessage) -> None:
        """
        Make the picture of one attempt, then hand on to `validate`.

        Safe to deliver twice: the manifest says that the picture is there.
        """
        task = self._task(message)
        if task is None:
            return
        if find(self._store, task.keys.composed(task.pose)) is None:
            self._timed(task, self._make)
        self._history.append(task.state, PoseComposed(task.pose, task.attempt))
        onward = message.at(Stage.VALIDATE, pose=task.pose, attempt=task.attempt)
        self._queue.send(onward.stage, onward.to_json(), group=message.saree_id)

    def validate(self, message: StageMessage) -> None:
        """
        Measure the picture of one attempt; the attempt's last verdict decides.

        Safe to deliver twice: verdicts, decision and publications are found.
        """
        task = self._task(message)
        if task is None:
            return
        if find(self._store, task.keys.composed(task.pose)) is None:
            raise InvalidInputError("there is no picture to measure", code="stage_skipped")
        if find(self._store, task.keys.verdicts(task.pose)) is None:
            self._timed(task, self._measure)
        verdicts = read_verdicts(self._store, task.keys, task.pose)
        judged = PoseJudged(task.pose, task.attempt, not failed(verdicts), told(verdicts))
        state = self._history.append(task.state, judged)
        self._decisions.consider(task.generation, state, task.pose, message)

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
        return _Task(message, generation, state, message.pose, message.attempt)

    def _make(self, task: _Task) -> None:
        cloth = self._cloths.load(task.saree, task.generation.fingerprint)
        placement = self._tools.place(task.pose, cloth)
        constraints = constraints_of(self._store, task.generation_keys, task.pose, task.attempt)
        composer = self._tools.composer
        picture = compose(cloth.cloth, placement, composer, task.seed, constraints)
        inputs = [*cloth.contents, self._tools.assets(task.pose)]
        if task.attempt > 1:
            key = task.generation_keys.attempt(task.attempt - 1).retry
            inputs.append(content(task.saree.prefix, key, self._store.get(key)))
        key = task.keys.picture(task.pose)
        body = encode_png(picture, provenance(tuple(inputs), task.pose, task.seed))
        manifest = Manifest(
            Stage.COMPOSE,
            tuple(inputs),
            (content(task.saree.prefix, key, body),),
            {"pose": task.pose, "attempt": task.attempt},
            task.seed,
            {"name": composer.name, "version": composer.version},
        )
        publish_with_manifest(self._store, {key: body}, task.keys.composed(task.pose), manifest)

    def _measure(self, task: _Task) -> None:
        cloth = self._cloths.load(task.saree, task.generation.fingerprint)
        placement = self._tools.place(task.pose, cloth)
        picture = decode_png(self._store.get(task.keys.picture(task.pose)))
        verdicts = self._tools.judge(picture, cloth.cloth, placement)
        body = write_verdicts(task.pose, task.attempt, self._tools.limits, verdicts)
        publish(self._store, task.keys.verdicts(task.pose), body, content_type=JSON)

    def _timed(self, task: _Task, work: Callable[[_Task], None]) -> None:
        started = perf_counter()
        work(task)
        milliseconds = round(1000 * (perf_counter() - started))
        self._meter.time("stage", milliseconds, {"stage": task.message.stage})
        log.info(
            "stage.finished",
            extra={
                "saree": task.message.saree_id,
                "job": task.message.job_id,
                "stage": task.message.stage,
                "pose": task.pose,
                "attempt": task.attempt,
                "milliseconds": milliseconds,
            },
        )


def _malformed() -> NoReturn:
    raise InvalidInputError("the message names no job, pose or attempt", code="message_malformed")
