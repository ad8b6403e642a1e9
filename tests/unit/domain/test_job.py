from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.job import (
    Event,
    JobFailed,
    JobPhase,
    JobQueued,
    JobResumed,
    JobState,
    JobSucceeded,
    PoseComposed,
    PoseJudged,
    PosePhase,
    PosePublished,
    RetryScheduled,
    StageFinished,
)
from chalicelib.domain.keys import GenerationName
from chalicelib.domain.modes import FIXED_POSES, Mode
from chalicelib.domain.stage import PREPARATION, Stage
from chalicelib.errors import InvalidInputError

NOW = datetime(2026, 1, 1, tzinfo=UTC)
POSES = FIXED_POSES[Mode.STANDARD]
QUEUED = JobQueued("saree", GenerationName(1, Mode.STANDARD), POSES)

_poses = st.sampled_from(POSES)
_attempts = st.integers(1, 4)
events: st.SearchStrategy[Event] = st.one_of(
    st.builds(StageFinished, st.sampled_from(PREPARATION)),
    st.builds(PoseComposed, _poses, _attempts),
    st.builds(PoseJudged, _poses, _attempts, st.booleans()),
    st.builds(PosePublished, _poses, _attempts),
    st.builds(RetryScheduled, _attempts, st.lists(_poses, unique=True).map(tuple)),
    st.builds(JobResumed, st.integers(1, 3)),
    st.just(JobSucceeded()),
    st.builds(JobFailed, st.just("not_faithful"), st.just("no")),
)


def begun() -> JobState:
    return JobState.begun("job", QUEUED, NOW)


def folded(*happened: Event) -> JobState:
    state = begun()
    for event in happened:
        state = state.after(event, NOW)
    return state


@given(st.lists(events, max_size=30))
def test_an_event_that_comes_again_changes_nothing(happened: list[Event]) -> None:
    state = begun()
    for event in happened:
        state = state.after(event, NOW)
        assert state.after(event, NOW + timedelta(hours=1)) is state


@given(st.lists(events, max_size=30))
def test_progress_never_goes_back_and_only_success_is_all_of_it(happened: list[Event]) -> None:
    state = begun()
    for event in happened:
        before, state = state, state.after(event, NOW)
        assert before.progress <= state.progress <= 100
    assert (state.progress == 100) == (state.phase is JobPhase.SUCCESS)


@given(st.lists(events, max_size=30))
def test_every_change_counts_the_version_up_by_one(happened: list[Event]) -> None:
    state = begun()
    for event in happened:
        before, state = state, state.after(event, NOW)
        assert state.version == before.version + (state is not before)


@given(st.lists(events, max_size=20))
def test_nothing_moves_a_job_that_ended(later: list[Event]) -> None:
    ended = folded(JobFailed("timed_out", "too long"))

    for event in later:
        assert ended.after(event, NOW) is ended


def test_a_late_event_of_an_earlier_attempt_does_not_move_a_pose_back() -> None:
    state = folded(RetryScheduled(1, ("pose_01",)), PoseComposed("pose_01", 2))

    assert state.after(PoseJudged("pose_01", 1, passed=True), NOW) is state


def test_a_failed_job_fails_the_poses_that_are_not_published() -> None:
    state = folded(PosePublished("pose_01", 1), JobFailed("not_faithful", "border"))

    phases = {pose.pose: pose.phase for pose in state.poses}
    assert phases.pop("pose_01") is PosePhase.PUBLISHED
    assert set(phases.values()) == {PosePhase.FAILED}


@pytest.mark.parametrize(
    ("happened", "stage"),
    [
        pytest.param((), Stage.ISOLATE, id="nothing yet"),
        pytest.param((StageFinished(Stage.ISOLATE),), Stage.FLATTEN, id="isolated"),
        pytest.param(
            tuple(StageFinished(stage) for stage in PREPARATION), Stage.COMPOSE, id="prepared"
        ),
        pytest.param(
            tuple(PoseComposed(pose, 1) for pose in POSES), Stage.VALIDATE, id="all composed"
        ),
        pytest.param(
            (
                *(PoseJudged(pose, 1, passed=True) for pose in POSES[1:]),
                PoseJudged("pose_01", 1, passed=False),
            ),
            Stage.VALIDATE,
            id="one rejected, the decision is still out",
        ),
        pytest.param((JobSucceeded(),), None, id="ended"),
    ],
)
def test_the_current_stage_is_the_one_the_job_waits_for(
    happened: tuple[Event, ...], stage: Stage | None
) -> None:
    assert folded(*happened).current_stage is stage


def test_modes_stand_for_all_poses_between_them_and_share_none() -> None:
    standard, extend = FIXED_POSES[Mode.STANDARD], FIXED_POSES[Mode.EXTEND]

    assert standard == ("pose_01", "pose_02", "pose_03", "pose_04")
    assert extend == tuple(f"pose_{number:02d}" for number in range(5, 13))


def test_an_unknown_mode_is_named_in_the_refusal() -> None:
    with pytest.raises(InvalidInputError, match="'sideways'; use one of standard"):
        Mode.named("sideways")
