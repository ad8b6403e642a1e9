"""Preparing a saree: isolate, flatten, extract, each at most once for a fingerprint."""

import logging
from dataclasses import replace
from time import perf_counter

from chalicelib.domain.job import JobFailed, JobState, StageFinished
from chalicelib.domain.keys import PreparedKeys, SareeKeys
from chalicelib.domain.messages import StageMessage
from chalicelib.domain.saree import DetailPart
from chalicelib.domain.stage import AFTER, PREPARATION, Stage
from chalicelib.errors import UnreadablePhotoError
from chalicelib.ports import Meter, ObjectStore, WorkQueue
from chalicelib.service import documents
from chalicelib.service.answers import Reason
from chalicelib.service.endings import Endings
from chalicelib.service.fingerprint import Fingerprints
from chalicelib.service.generate import Generations
from chalicelib.service.history import History
from chalicelib.service.manifest import Manifest, content, publish_with_manifest
from chalicelib.service.publish import JSON, find, publish
from chalicelib.service.recipes import DETAIL, ORIGINAL, Recipe
from chalicelib.service.sarees import SareeRecord, Sarees
from chalicelib.service.trials import trial

log = logging.getLogger(__name__)


class Preparation:
    """Runs the preparing stages, and hands on to the poses."""

    def __init__(
        self,
        store: ObjectStore,
        queue: WorkQueue,
        sarees: Sarees,
        generations: Generations,
        history: History,
        endings: Endings,
        fingerprints: Fingerprints,
        recipes: dict[Stage, Recipe],
        meter: Meter,
    ) -> None:
        self._store = store
        self._queue = queue
        self._sarees = sarees
        self._generations = generations
        self._history = history
        self._endings = endings
        self._fingerprints = fingerprints
        self._recipes = recipes
        self._meter = meter

    def run(self, message: StageMessage) -> None:
        """
        Do one preparing stage, then hand on.

        Safe to deliver twice: the folder is known before the work starts, so a second
        delivery finds the manifest or the refusal and repeats only the hand-over.
        """
        state = None if message.job_id is None else self._history.state(message.job_id)
        if state is not None and state.ended:
            self._endings.close(state)
            return
        if self._is_under_way(message):
            log.info("job.waiting", extra={"job": message.job_id})
            return
        folder = SareeKeys(message.saree_id).prepared(message.fingerprint, message.stage)
        refusal = self._sarees.refusal(folder)
        if refusal is None and find(self._store, folder.manifest) is None:
            refusal = self._do(message, folder)
        if refusal is None:
            self._hand_on(message, state)
        else:
            self._end(message, state, refusal)

    def _is_under_way(self, message: StageMessage) -> bool:
        """Tell whether the saree is being prepared since its upload: its job is then adopted."""
        if message.job_id is None or message.stage is not PREPARATION[0]:
            return False
        marker = find(self._store, SareeKeys(message.saree_id).marker)
        return (
            marker is not None
            and StageMessage.from_json(marker.decode()).fingerprint == message.fingerprint
        )

    def _do(self, message: StageMessage, folder: PreparedKeys) -> Reason | None:
        """Do the stage's work; a refusal is a result, too."""
        record = self._sarees.record(message.saree_id)
        if message.fingerprint != self._fingerprints.of(record):
            return Reason(
                "version_changed", "the service was updated meanwhile; please generate again"
            )
        started = perf_counter()
        try:
            self._work(record, message, folder)
        except UnreadablePhotoError as error:
            reason = Reason(error.code, str(error))
            publish(self._store, folder.refusal, documents.dump(reason), content_type=JSON)
            return reason
        milliseconds = round(1000 * (perf_counter() - started))
        self._meter.time("stage", milliseconds, {"stage": message.stage})
        log.info(
            "stage.finished",
            extra={
                "saree": message.saree_id,
                "job": message.job_id,
                "stage": message.stage,
                "milliseconds": milliseconds,
            },
        )
        return None

    def _work(self, record: SareeRecord, message: StageMessage, folder: PreparedKeys) -> None:
        recipe = self._recipes[message.stage]
        with trial(self._store, folder):
            outputs, manifest = made_by(
                self._store, recipe, record, message.fingerprint, message.stage
            )
        publish_with_manifest(self._store, outputs, folder.manifest, manifest)

    def _hand_on(self, message: StageMessage, state: JobState | None) -> None:
        onward = AFTER[message.stage]
        if onward is Stage.COMPOSE:
            # Before adopting: a job that still sees the marker has its number, and is found.
            self._store.delete(SareeKeys(message.saree_id).marker)
        message, state = self._adopted(message, state)
        if state is not None:
            self._history.append(state, StageFinished(message.stage))
        if onward is not Stage.COMPOSE:
            self._queue.send(message.at(onward))
        elif message.generation is not None:
            generation = self._generations.one(message.saree_id, message.generation)
            for pose in generation.poses:
                self._queue.send(message.at(onward, pose=pose, attempt=1))

    def _end(self, message: StageMessage, state: JobState | None, refusal: Reason) -> None:
        log.info(
            "photo.refused",
            extra={"saree": message.saree_id, "job": message.job_id, "code": refusal.code},
        )
        self._store.delete(SareeKeys(message.saree_id).marker)
        _, state = self._adopted(message, state)
        if state is not None:
            self._endings.fail(state, JobFailed(refusal.code, refusal.detail))

    def _adopted(
        self, message: StageMessage, state: JobState | None
    ) -> tuple[StageMessage, JobState | None]:
        """Let preparation that began with an upload go on for the job that waits for it."""
        if state is not None:
            return message, state
        waiting = self._generations.waiting(message.saree_id, message.fingerprint)
        if waiting is None:
            return message, None
        generation, state = waiting
        adopted = replace(message, job_id=generation.job_id, generation=generation.name)
        return adopted, state


def made_by(
    store: ObjectStore, recipe: Recipe, record: SareeRecord, fingerprint: str, stage: Stage
) -> tuple[dict[str, bytes], Manifest]:
    """Make a stage's outputs, by their keys, and their manifest; nothing is written."""
    saree = SareeKeys(record.saree_id)
    folder = saree.prepared(fingerprint, stage)
    sources = {
        name: source_key(saree, record, fingerprint, of, name)
        for of, name in recipe.sources(record)
    }
    files = {name: store.get(key) for name, key in sources.items()}
    made = recipe.work(files, record)
    outputs = {folder.output(name): body for name, body in made.items()}
    manifest = Manifest(
        stage,
        tuple(content(saree.prefix, sources[name], body) for name, body in files.items()),
        tuple(content(saree.prefix, key, body) for key, body in outputs.items()),
        {"length_m": record.length_m, "width_m": record.width_m, "fabric": record.fabric},
        adapter=recipe.adapter,
    )
    return outputs, manifest


def source_key(
    saree: SareeKeys, record: SareeRecord, fingerprint: str, stage: Stage | None, name: str
) -> str:
    """Find what a recipe reads: a stage's output, or with no stage one of the photos."""
    if stage is not None:
        return saree.prepared(fingerprint, stage).output(name)
    if name == ORIGINAL:
        return saree.original(record.extension)
    part = DetailPart(name.removeprefix(DETAIL))
    return saree.detail(part, record.detail(part).extension)
