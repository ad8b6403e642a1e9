"""How far a job is, and what happened to it, in words for its user."""

from chalicelib.domain.catalog import LABELS
from chalicelib.domain.ids import known_form
from chalicelib.domain.job import JobPhase, JobState, PosePhase
from chalicelib.service.answers import CheckStatus, JobStatus, LogEntry, PoseStatus, Reason
from chalicelib.service.history import Entry, History


class Jobs:
    """Reads jobs."""

    def __init__(self, history: History) -> None:
        self._history = history

    def status(self, job_id: str) -> JobStatus:
        """Tell how far a job is, or raise `NotFoundError`."""
        return status_of(self._history.state(known_form("job", job_id)))

    def log(self, job_id: str) -> tuple[LogEntry, ...]:
        """Tell what happened, in order, or raise `NotFoundError`."""
        return tuple(_told(entry) for entry in self._history.entries(known_form("job", job_id)))


def status_of(state: JobState) -> JobStatus:
    """Put a job's state into words."""
    failure = state.failure
    return JobStatus(
        state.job_id,
        state.kind,
        state.saree_id,
        str(state.generation),
        state.generation.mode,
        state.phase,
        state.current_stage,
        state.retries,
        state.progress,
        tuple(
            PoseStatus(pose.pose, LABELS[pose.pose], _word(state, pose.phase), pose.attempt)
            for pose in state.poses
        ),
        tuple(CheckStatus(each.check, each.outcome) for each in state.checks),
        None if failure is None else Reason(failure.code, failure.detail),
        state.created_at,
        state.updated_at,
        state.version,
    )


def _word(state: JobState, phase: PosePhase) -> str:
    if phase is PosePhase.QUEUED and state.phase is JobPhase.RUNNING and state.retries:
        return "retrying"
    return str(phase)


def _told(entry: Entry) -> LogEntry:
    facts = entry.facts
    poses = ", ".join(facts.get("poses", ()))
    checked = f"{facts['check']}: {facts['outcome']}" if "check" in facts else ""
    return LogEntry(
        entry.at,
        entry.event,
        facts.get("stage"),
        facts.get("pose"),
        facts.get("attempt"),
        facts.get("detail") or poses or checked or _outcome(facts) or None,
    )


def _outcome(facts: dict[str, object]) -> str:
    return "passed" if facts.get("passed") is True else ""
