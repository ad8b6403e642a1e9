"""The last verdict of an attempt decides, once: publish, try again, or give up."""

import logging
from dataclasses import dataclass

from chalicelib.domain.job import MAX_ATTEMPTS, JobFailed, JobState, PosePublished
from chalicelib.domain.keys import GenerationKeys, SareeKeys
from chalicelib.domain.messages import StageMessage
from chalicelib.domain.stage import Stage
from chalicelib.errors import KeyTakenError
from chalicelib.ports import ObjectStore, WorkQueue
from chalicelib.service import documents
from chalicelib.service.certificate import Certificates
from chalicelib.service.endings import Endings
from chalicelib.service.generate import Generation
from chalicelib.service.history import History
from chalicelib.service.publish import JSON, PNG, publish
from chalicelib.service.verdict_files import read_document, read_verdicts, told

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Decision:
    """What an attempt came to; `decided_by` is the pose whose verdict was the last."""

    attempt: int
    decided_by: str
    passed: tuple[str, ...]
    failed: tuple[str, ...]


def decided(
    store: ObjectStore, keys: GenerationKeys, poses: tuple[str, ...], attempt: int, pose: str
) -> Decision:
    """Read off the stored verdicts what an attempt comes to."""
    passed = tuple(
        each for each in poses if read_document(store, keys.attempt(attempt), each)["pass"]
    )
    failed = tuple(each for each in poses if each not in passed)
    return Decision(attempt, pose, passed, failed)


class Decisions:
    """Decides attempts, and carries out what was decided."""

    def __init__(
        self,
        store: ObjectStore,
        queue: WorkQueue,
        history: History,
        endings: Endings,
        certificates: Certificates,
    ) -> None:
        self._store = store
        self._queue = queue
        self._history = history
        self._endings = endings
        self._certificates = certificates

    def consider(
        self, generation: Generation, state: JobState, pose: str, message: StageMessage
    ) -> None:
        """
        Decide the attempt if `pose` had its last verdict, and carry the decision out.

        Several poses may find all verdicts there at once: the create-only key picks one of
        them, and only its message carries out, again after a crash.
        """
        attempt = message.attempt or 1
        keys = SareeKeys(generation.saree_id).generation(generation.name)
        poses = self._poses(keys, generation, attempt)
        stored = {each.key for each in self._store.list(keys.attempt(attempt).prefix)}
        if not all(keys.attempt(attempt).verdicts(each) in stored for each in poses):
            return
        decision = self._decide(keys, poses, attempt, pose)
        if decision.decided_by == pose:
            self._carry_out(generation, state, decision, message)

    def _poses(
        self, keys: GenerationKeys, generation: Generation, attempt: int
    ) -> tuple[str, ...]:
        if attempt == 1:
            return generation.poses
        earlier = self._store.get(keys.attempt(attempt - 1).decision)
        return documents.load(Decision, earlier).failed

    def _decide(
        self, keys: GenerationKeys, poses: tuple[str, ...], attempt: int, pose: str
    ) -> Decision:
        decision = decided(self._store, keys, poses, attempt, pose)
        key = keys.attempt(attempt).decision
        try:
            self._store.put_new(key, documents.dump(decision), content_type=JSON)
        except KeyTakenError:
            return documents.load(Decision, self._store.get(key))
        return decision

    def _carry_out(
        self,
        generation: Generation,
        state: JobState,
        decision: Decision,
        message: StageMessage,
    ) -> None:
        keys = SareeKeys(generation.saree_id).generation(generation.name)
        for pose in decision.passed:
            picture = self._store.get(keys.attempt(decision.attempt).picture(pose))
            publish(self._store, keys.published(pose), picture, content_type=PNG)
            state = self._history.append(state, PosePublished(pose, decision.attempt))
        if decision.failed and decision.attempt < MAX_ATTEMPTS:
            onward = message.at(Stage.RETRY, attempt=decision.attempt)
            self._queue.send(onward)
            return
        self._certificates.issue(generation, decision.attempt)
        if decision.failed:
            self._endings.fail(state, self._failure(keys, decision))
        else:
            self._endings.succeed(state)

    def _failure(self, keys: GenerationKeys, decision: Decision) -> JobFailed:
        gaps = [
            f"{pose} {told(read_verdicts(self._store, keys.attempt(decision.attempt), pose))}"
            for pose in decision.failed
        ]
        detail = f"not faithful enough after {decision.attempt} attempts: " + " | ".join(gaps)
        return JobFailed("not_faithful", detail)
