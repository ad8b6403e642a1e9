"""Generations: which poses, under which number, and the start of their job."""

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain import keys
from chalicelib.domain.job import JobPhase, JobQueued, JobState, PosePhase
from chalicelib.domain.keys import GenerationName, SareeKeys
from chalicelib.domain.messages import StageMessage
from chalicelib.domain.modes import FIXED_POSES, Mode
from chalicelib.domain.stage import Stage
from chalicelib.errors import ConflictError, KeyTakenError, NotFoundError
from chalicelib.ports import Clock, Ids, ObjectStore, WorkQueue
from chalicelib.service import documents
from chalicelib.service.answers import StartedJob
from chalicelib.service.fingerprint import Fingerprints
from chalicelib.service.history import History
from chalicelib.service.idempotency import FirstRequests
from chalicelib.service.publish import JSON, publish
from chalicelib.service.sarees import SareeRecord, Sarees

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Generation:
    """What was set out to be made, and with what: enough to make it again."""

    name: GenerationName
    saree_id: str
    job_id: str
    poses: tuple[str, ...]
    fingerprint: str
    composer: str
    seed: int
    created_at: datetime


class Generations:
    """Starts generations, one at a time for each saree."""

    def __init__(
        self,
        store: ObjectStore,
        queue: WorkQueue,
        sarees: Sarees,
        history: History,
        fingerprints: Fingerprints,
        clock: Clock,
        ids: Ids,
        *,
        composer: str,
        seed: int,
    ) -> None:
        self._store = store
        self._queue = queue
        self._sarees = sarees
        self._history = history
        self._fingerprints = fingerprints
        self._clock = clock
        self._first_requests = FirstRequests(store, ids)
        self._composer = composer
        self._seed = seed

    def start(self, saree_id: str, mode: str, idempotency_key: str | None) -> StartedJob:
        """
        Start a generation, or find the one that the same idempotency key started.

        Raises
        ------
        ConflictError
            A generation of this saree runs, or `retry_failed` finds nothing failed.
        IdempotencyError
            The key came before with another request.
        """
        wanted = Mode.named(mode)
        record = self._sarees.record(saree_id)
        job_id = self._first_requests.job_for(saree_id, wanted, idempotency_key)
        if not self._store.list(keys.events(job_id)):
            self.launch(self._planned(record, wanted, job_id))
        return StartedJob(job_id, saree_id, wanted, JobPhase.QUEUED)

    def launch(self, generation: Generation) -> None:
        """
        Take the generation's number and set its job going.

        Safe to call twice, and to call again after a crash anywhere in it. The marker
        comes first: from then on the sweep knows of the job, whatever happens here.
        """
        generation = self._marked(generation)
        self._take_number(generation)
        record = SareeKeys(generation.saree_id).generation(generation.name).record
        publish(self._store, record, documents.dump(generation), content_type=JSON)
        self._history.begin(
            generation.job_id,
            JobQueued(generation.saree_id, generation.name, generation.poses),
        )
        self.send(generation)
        log.info(
            "job.queued",
            extra={"job": generation.job_id, "generation": str(generation.name)},
        )

    def send(self, generation: Generation) -> None:
        """
        Put the job's first message on its queue.

        Sent again, the job walks its stages once more, finding what is done already.
        """
        message = StageMessage(
            Stage.ISOLATE,
            generation.saree_id,
            generation.fingerprint,
            generation.job_id,
            generation.name,
        )
        self._queue.send(message)

    def of(self, saree_id: str) -> tuple[Generation, ...]:
        """Read every generation of a saree, oldest first."""
        slots = self._store.list(SareeKeys(saree_id).slots)
        return tuple(documents.load(Generation, self._store.get(slot.key)) for slot in slots)

    def waiting(self, saree_id: str, fingerprint: str) -> tuple[Generation, JobState] | None:
        """Find the generation, with its job, that waits for a saree to be prepared."""
        generations = self.of(saree_id)
        if not generations or generations[-1].fingerprint != fingerprint:
            return None
        try:
            state = self._history.state(generations[-1].job_id)
        except NotFoundError:
            # It is just starting; its first message is still to come.
            return None
        return None if state.ended else (generations[-1], state)

    def one(self, saree_id: str, name: GenerationName) -> Generation:
        """Read one generation."""
        key = SareeKeys(saree_id).generation(name).record
        return documents.load(Generation, self._store.get(key))

    def _planned(self, record: SareeRecord, mode: Mode, job_id: str) -> Generation:
        earlier = self.of(record.saree_id)
        mine = [generation for generation in earlier if generation.job_id == job_id]
        if mine:
            return mine[0]
        self._refuse_while_running(earlier)
        name = GenerationName(len(earlier) + 1, mode)
        return Generation(
            name,
            record.saree_id,
            job_id,
            self._poses(mode, earlier),
            self._fingerprints.of(record),
            self._composer,
            _derived_seed(record.sha256, name, self._seed),
            self._clock.now(),
        )

    def _poses(self, mode: Mode, earlier: tuple[Generation, ...]) -> tuple[str, ...]:
        if mode is not Mode.RETRY_FAILED:
            return FIXED_POSES[mode]
        failed = self._failed_poses(earlier[-1]) if earlier else ()
        if not failed:
            raise ConflictError(
                "nothing failed in the latest generation of this saree",
                code="nothing_failed",
            )
        return failed

    def _failed_poses(self, generation: Generation) -> tuple[str, ...]:
        state = self._history.state(generation.job_id)
        return tuple(pose.pose for pose in state.poses if pose.phase is PosePhase.FAILED)

    def _refuse_while_running(self, earlier: tuple[Generation, ...]) -> None:
        if earlier and not self._ended(earlier[-1]):
            raise ConflictError(
                "a generation of this saree is running; wait until it ends",
                code="generation_running",
            )

    def _ended(self, generation: Generation) -> bool:
        try:
            return self._history.state(generation.job_id).ended
        except NotFoundError:
            # Its number is taken, its first event not written yet: it is just starting.
            return False

    def _marked(self, generation: Generation) -> Generation:
        """Mark the job as open; where a start in parallel has done so, its plan holds."""
        marker = keys.open_job(generation.job_id)
        try:
            self._store.put_new(marker, documents.dump(generation), content_type=JSON)
        except KeyTakenError:
            return documents.load(Generation, self._store.get(marker))
        return generation

    def _take_number(self, generation: Generation) -> None:
        slot = SareeKeys(generation.saree_id).slot(generation.name.number)
        try:
            self._store.put_new(slot, documents.dump(generation), content_type=JSON)
        except KeyTakenError as error:
            holder = documents.load(Generation, self._store.get(slot))
            if holder.job_id == generation.job_id:
                return
            self._store.delete(keys.open_job(generation.job_id))
            raise ConflictError(
                "a generation of this saree is running; wait until it ends",
                code="generation_running",
            ) from error


def _derived_seed(photo: str, name: GenerationName, seed: int) -> int:
    """Derive a seed that is the same for the same photo, yet new for each generation."""
    return int(hashlib.sha256(f"{photo}:{name}:{seed}".encode()).hexdigest()[:8], 16)
