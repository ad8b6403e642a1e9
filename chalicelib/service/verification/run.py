"""Verifying a generation: one message for each check; whoever finishes last concludes."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

from chalicelib.domain.job import JobFailed, JobState
from chalicelib.domain.keys import SareeKeys, VerificationKeys
from chalicelib.domain.messages import StageMessage
from chalicelib.domain.proof import (
    CERTIFICATE_CHECK,
    CheckFinished,
    CheckResult,
    Conclusion,
    Difference,
    Outcome,
    concluded,
)
from chalicelib.domain.stage import Stage
from chalicelib.errors import InvalidInputError, KeyTakenError
from chalicelib.ports import Meter, ObjectStore, WorkQueue
from chalicelib.service import documents
from chalicelib.service.endings import Endings
from chalicelib.service.generate import Generation, Generations
from chalicelib.service.history import History
from chalicelib.service.publish import JSON, find
from chalicelib.service.versions import code_version, documents_version

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Checks:
    """What each kind of check does."""

    prepared: Callable[[Generation, Stage], CheckResult]
    pose: Callable[[Generation, str], CheckResult]
    certificate: Callable[[Generation], CheckResult]

    def run(self, generation: Generation, check: str) -> CheckResult:
        """Do the check of this name."""
        if check == CERTIFICATE_CHECK:
            return self.certificate(generation)
        if check in generation.poses:
            return self.pose(generation, check)
        return self.prepared(generation, Stage(check))


@dataclass(frozen=True, slots=True)
class Checked:
    """How one check stands in a report: its outcome, and how much of it was equal."""

    check: str
    outcome: Outcome
    equal: int


@dataclass(frozen=True, slots=True)
class Report:
    """What `verification.json` says; nothing in it depends on who wrote it when."""

    saree_id: str
    generation: str
    job_id: str
    outcome: Outcome
    sentence: str
    first_difference: Difference | None
    differences: tuple[Difference, ...]
    versions: tuple[str, ...]
    checks: tuple[Checked, ...]
    artifacts: dict[str, str]
    code: str
    documents: str


class VerificationRun:
    """Runs `verify`."""

    def __init__(
        self,
        store: ObjectStore,
        queue: WorkQueue,
        history: History,
        generations: Generations,
        endings: Endings,
        checks: Checks,
        meter: Meter,
    ) -> None:
        self._store = store
        self._queue = queue
        self._history = history
        self._generations = generations
        self._endings = endings
        self._checks = checks
        self._meter = meter

    def run(self, message: StageMessage) -> None:
        """
        Send a message for each check that is open, or do one check.

        Safe to deliver twice: what a check found is written once and found again, and the
        conclusion follows from what the checks found.
        """
        if message.job_id is None or message.generation is None:
            raise InvalidInputError("the message names no job", code="message_malformed")
        state = self._history.state(message.job_id)
        if state.ended:
            self._endings.close(state)
        elif message.check is None:
            self._fan_out(message, state)
        else:
            self._check(state, message.check)

    def _fan_out(self, message: StageMessage, state: JobState) -> None:
        for each in state.checks:
            onward = message.at(Stage.VERIFY, check=each.check)
            self._queue.send(onward)

    def _check(self, state: JobState, check: str) -> None:
        if check not in {each.check for each in state.checks}:
            raise InvalidInputError("there is no such check", code="message_malformed")
        keys = _keys(state)
        result = self._found(keys, check) or self._done(keys, state, check)
        detail = result.differences[0].sentence if result.differences else ""
        told = CheckFinished(check, result.outcome, detail or "; ".join(result.versions))
        state = self._history.append(state, told)
        results = [self._found(keys, each.check) for each in state.checks]
        if all(results):
            self._conclude(keys, state, tuple(each for each in results if each))

    def _found(self, keys: VerificationKeys, check: str) -> CheckResult | None:
        body = find(self._store, keys.check(check))
        return None if body is None else documents.load(CheckResult, body)

    def _done(self, keys: VerificationKeys, state: JobState, check: str) -> CheckResult:
        """Do a check, and write down what it found; what was found first holds."""
        generation = self._generations.one(state.saree_id, state.generation)
        started = perf_counter()
        result = self._checks.run(generation, check)
        milliseconds = round(1000 * (perf_counter() - started))
        try:
            self._store.put_new(keys.check(check), documents.dump(result), content_type=JSON)
        except KeyTakenError:
            body = self._store.get(keys.check(check))
            result = documents.load(CheckResult, body)
        self._meter.time("stage", milliseconds, {"stage": Stage.VERIFY})
        log.info(
            "check.finished",
            extra={
                "saree": state.saree_id,
                "job": state.job_id,
                "check": check,
                "outcome": result.outcome,
                "milliseconds": milliseconds,
            },
        )
        return result

    def _conclude(
        self, keys: VerificationKeys, state: JobState, results: tuple[CheckResult, ...]
    ) -> None:
        """Write the report, then end the job: its success is the proof."""
        conclusion = concluded(results)
        report = documents.dump(_report(state, results, conclusion))
        try:
            self._store.put_new(keys.report, report, content_type=JSON)
        except KeyTakenError:
            # Written by a version that was updated since: its words differ, its findings do not.
            log.info("verification.concluded", extra={"job": state.job_id})
        match conclusion.outcome:
            case Outcome.EQUAL:
                self._endings.succeed(state)
            case Outcome.DIFFERENT:
                self._endings.fail(state, JobFailed("verification_differs", conclusion.sentence))
            case _:
                self._endings.fail(state, JobFailed("made_by_other_version", conclusion.sentence))


def _keys(state: JobState) -> VerificationKeys:
    return SareeKeys(state.saree_id).generation(state.generation).verification(state.job_id)


def _report(state: JobState, results: tuple[CheckResult, ...], conclusion: Conclusion) -> Report:
    proved = {name: digest for one in results for name, digest in one.proved.items()}
    return Report(
        state.saree_id,
        str(state.generation),
        state.job_id,
        conclusion.outcome,
        conclusion.sentence,
        conclusion.differences[0] if conclusion.differences else None,
        conclusion.differences,
        conclusion.versions,
        tuple(Checked(each.check, each.outcome, len(each.proved)) for each in results),
        # What a retry injected is internal, down to its digest.
        {name: proved[name] for name in sorted(proved) if not name.endswith("/retry.json")},
        code_version(),
        documents_version(),
    )
