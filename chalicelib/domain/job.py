"""
A job: the fold of its events.

Events may come twice and out of order, so `JobState.after` only ever moves forward: an
event that says nothing new gives the same state back, and nothing moves a job that ended.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from chalicelib.domain.keys import GenerationName
from chalicelib.domain.proof import CheckFinished, CheckState, Outcome, VerificationQueued
from chalicelib.domain.stage import PREPARATION, Stage

MAX_ATTEMPTS = 4
"""The first try and three retries."""


class JobKind(StrEnum):
    """What a job is for."""

    GENERATION = "generation"
    VERIFICATION = "verification"


class JobPhase(StrEnum):
    """How a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCESS = "success"
    FAILED = "failed"


class PosePhase(StrEnum):
    """How one pose of a job stands; within an attempt a pose only moves down this list."""

    QUEUED = "queued"
    COMPOSED = "composed"
    PASSED = "passed"
    REJECTED = "rejected"
    PUBLISHED = "published"
    FAILED = "failed"


_RANK = {phase: rank for rank, phase in enumerate(PosePhase)}
_POSE_WEIGHT = {
    PosePhase.QUEUED: 0.0,
    PosePhase.COMPOSED: 0.5,
    PosePhase.PASSED: 0.9,
    PosePhase.REJECTED: 0.9,
    PosePhase.PUBLISHED: 1.0,
    PosePhase.FAILED: 1.0,
}
_PREPARATION_SHARE = 30
"""Percent of the progress that preparing stands for."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a job failed, in words for the user."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class JobQueued:
    """A generation was accepted."""

    saree_id: str
    generation: GenerationName
    poses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StageFinished:
    """A preparing stage's result is there for this job."""

    stage: Stage


@dataclass(frozen=True, slots=True)
class PoseComposed:
    """An adapter made a picture."""

    pose: str
    attempt: int


@dataclass(frozen=True, slots=True)
class PoseJudged:
    """A picture was measured; `detail` names what failed, by how much."""

    pose: str
    attempt: int
    passed: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PosePublished:
    """A picture that passed was published."""

    pose: str
    attempt: int


@dataclass(frozen=True, slots=True)
class RetryScheduled:
    """The poses that failed an attempt are tried again."""

    attempt: int
    poses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JobResumed:
    """The sweep found the job standing still and set it going again."""

    times: int


@dataclass(frozen=True, slots=True)
class JobSucceeded:
    """Every pose was published, or everything that was verified is equal."""


@dataclass(frozen=True, slots=True)
class JobFailed:
    """The job ended without all of its poses, or without proof."""

    code: str
    detail: str


Event: TypeAlias = (
    JobQueued
    | VerificationQueued
    | CheckFinished
    | StageFinished
    | PoseComposed
    | PoseJudged
    | PosePublished
    | RetryScheduled
    | JobResumed
    | JobSucceeded
    | JobFailed
)


@dataclass(frozen=True, slots=True)
class PoseState:
    """How one pose stands, in its latest attempt."""

    pose: str
    phase: PosePhase = PosePhase.QUEUED
    attempt: int = 1

    def moved(self, phase: PosePhase, attempt: int) -> "PoseState":
        """Move forward, or stay."""
        if (attempt, _RANK[phase]) <= (self.attempt, _RANK[self.phase]):
            return self
        return replace(self, phase=phase, attempt=attempt)


@dataclass(frozen=True, slots=True)
class JobState:
    """What a job's events add up to."""

    job_id: str
    saree_id: str
    generation: GenerationName
    poses: tuple[PoseState, ...]
    created_at: datetime
    updated_at: datetime
    version: int = 1
    phase: JobPhase = JobPhase.QUEUED
    prepared: tuple[Stage, ...] = ()
    retries: int = 0
    resumed: int = 0
    progress: int = 0
    failure: Failure | None = field(default=None)
    kind: JobKind = JobKind.GENERATION
    checks: tuple[CheckState, ...] = ()

    @classmethod
    def begun(cls, job_id: str, event: JobQueued | VerificationQueued, at: datetime) -> "JobState":
        """Begin a job's state from its first event."""
        if isinstance(event, VerificationQueued):
            begun = cls(job_id, event.saree_id, event.generation, (), at, at)
            checks = tuple(CheckState(check) for check in event.checks)
            return replace(begun, kind=JobKind.VERIFICATION, checks=checks)
        poses = tuple(PoseState(pose) for pose in event.poses)
        return cls(job_id, event.saree_id, event.generation, poses, at, at)

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.phase in {JobPhase.SUCCESS, JobPhase.FAILED}

    @property
    def current_stage(self) -> Stage | None:
        """Name the stage that the job waits for, None once it ended."""
        if self.ended:
            return None
        if self.kind is JobKind.VERIFICATION:
            return Stage.VERIFY
        for stage in PREPARATION:
            if stage not in self.prepared:
                return stage
        return min((_STAGE_OF[pose.phase] for pose in self.poses), key=list(Stage).index)

    def after(self, event: Event, at: datetime) -> "JobState":
        """Fold one event in; an event that says nothing new gives this very state back."""
        if self.ended:
            return self
        moved = self._moved(event)
        if moved == self:
            return self
        progress = max(self.progress, moved._share_done())
        return replace(moved, progress=progress, version=self.version + 1, updated_at=at)

    def _moved(self, event: Event) -> "JobState":
        match event:
            case StageFinished(stage):
                # Stages come in order, so what is before this one is done, too.
                done = max(len(self.prepared), PREPARATION.index(stage) + 1)
                prepared = PREPARATION[:done]
                return replace(self, phase=JobPhase.RUNNING, prepared=prepared)
            case RetryScheduled(attempt, poses):
                retried = self._with(poses, PosePhase.QUEUED, attempt + 1)
                return replace(retried, retries=max(self.retries, attempt))
            case JobResumed(times):
                return replace(self, resumed=max(self.resumed, times))
            case JobSucceeded():
                return replace(self, phase=JobPhase.SUCCESS)
            case JobFailed(code, detail):
                return self._given_up(Failure(code, detail))
            case CheckFinished(check, outcome):
                checks = tuple(each.moved(check, outcome) for each in self.checks)
                return replace(self, phase=JobPhase.RUNNING, checks=checks)
            case JobQueued() | VerificationQueued():
                return self
            case _:
                return self._with((event.pose,), _phase_told_by(event), event.attempt)

    def _given_up(self, failure: Failure) -> "JobState":
        """Fail the job, and with it every pose that is not published."""
        poses = tuple(
            pose if pose.phase is PosePhase.PUBLISHED else replace(pose, phase=PosePhase.FAILED)
            for pose in self.poses
        )
        return replace(self, phase=JobPhase.FAILED, failure=failure, poses=poses)

    def _with(self, names: tuple[str, ...], phase: PosePhase, attempt: int) -> "JobState":
        poses = tuple(
            pose.moved(phase, attempt) if pose.pose in names else pose for pose in self.poses
        )
        # A pose can only have been worked on when the saree is prepared, whatever came first.
        return replace(self, phase=JobPhase.RUNNING, prepared=PREPARATION, poses=poses)

    def _share_done(self) -> int:
        if self.phase is JobPhase.SUCCESS:
            return 100
        if self.kind is JobKind.VERIFICATION:
            finished = sum(each.outcome is not Outcome.QUEUED for each in self.checks)
            return min(99, round(100 * finished / max(len(self.checks), 1)))
        prepared = _PREPARATION_SHARE * len(self.prepared) / len(PREPARATION)
        posed = sum(_POSE_WEIGHT[pose.phase] for pose in self.poses) / max(len(self.poses), 1)
        return min(99, round(prepared + (100 - _PREPARATION_SHARE) * posed))


_STAGE_OF = {
    PosePhase.QUEUED: Stage.COMPOSE,
    PosePhase.COMPOSED: Stage.VALIDATE,
    PosePhase.PASSED: Stage.VALIDATE,
    PosePhase.REJECTED: Stage.RETRY,
    PosePhase.PUBLISHED: Stage.VALIDATE,
    PosePhase.FAILED: Stage.VALIDATE,
}


def _phase_told_by(event: PoseComposed | PoseJudged | PosePublished) -> PosePhase:
    match event:
        case PoseComposed():
            return PosePhase.COMPOSED
        case PoseJudged(passed=True):
            return PosePhase.PASSED
        case PoseJudged():
            return PosePhase.REJECTED
        case PosePublished():
            return PosePhase.PUBLISHED
