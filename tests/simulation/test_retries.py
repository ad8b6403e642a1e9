"""What a job does when pictures fail."""

import json

import pytest

from chalicelib.domain.job import JobPhase
from chalicelib.errors import ConflictError
from tests.simulation.world import Judge, World, find_no_cloth


def test_a_failed_pose_succeeds_on_its_second_attempt_with_the_constraint_it_earned() -> None:
    world = World(Judge(lenient=False))
    saree = world.upload()
    job = world.generate(saree)

    world.run()

    status = world.pallu.services.jobs.status(job)
    plan = json.loads(world.store.get(f"sarees/{saree}/gen_01_standard/attempts/1/retry.json"))
    assert (status.status, status.retries) == (JobPhase.SUCCESS, 1)
    assert {pose.attempt for pose in status.poses} == {2}
    assert [each["code"] for each in plan["constraints"]["pose_01"]] == ["border_distortion"]


def test_after_three_retries_a_job_fails_and_says_what_by_how_much() -> None:
    world = World(Judge(stubborn=True))
    job = world.generate(world.upload())

    world.run()

    status = world.pallu.services.jobs.status(job)
    assert (status.status, status.retries) == (JobPhase.FAILED, 3)
    assert status.error is not None
    assert status.error.code == "not_faithful"
    assert (
        "border_top: border_distortion (border_continuity 0.4, limit 0.9)" in status.error.detail
    )


def test_a_failed_generation_publishes_nothing_that_failed_and_still_has_a_certificate() -> None:
    world = World(Judge(stubborn=True))
    saree = world.upload()
    world.generate(saree)

    world.run()

    folder = f"sarees/{saree}/gen_01_standard/"
    names = {each.key.removeprefix(folder) for each in world.store.list(folder)}
    assert "metrics.json" in names
    assert not {name for name in names if name.startswith("pose_")}
    assert "attempts/4/pose_01.png" in names


def test_retry_failed_makes_exactly_the_poses_that_failed() -> None:
    judge = Judge(stubborn=True)
    world = World(judge)
    saree = world.upload()
    world.generate(saree)
    world.run()

    judge.stubborn = False
    job = world.generate(saree, "retry_failed")
    world.run()

    status = world.pallu.services.jobs.status(job)
    assert status.status == JobPhase.SUCCESS
    assert [pose.pose for pose in status.poses] == ["pose_01", "pose_02", "pose_03", "pose_04"]
    assert world.store.list(f"sarees/{saree}/gen_02_retry_failed/pose_01.png")


def test_there_is_nothing_to_retry_after_a_success() -> None:
    world = World()
    saree = world.upload()
    world.generate(saree)
    world.run()

    with pytest.raises(ConflictError, match="nothing failed"):
        world.generate(saree, "retry_failed")


def test_a_saree_has_one_generation_at_a_time() -> None:
    world = World()
    saree = world.upload()
    world.generate(saree)

    with pytest.raises(ConflictError, match="is running"):
        world.generate(saree, "extend")


def test_a_photo_without_cloth_rejects_the_saree_and_fails_its_job_with_that_reason() -> None:
    world = World(isolate=find_no_cloth)
    saree = world.upload()
    job = world.generate(saree)

    world.run()

    state = world.pallu.services.sarees.state(saree)
    status = world.pallu.services.jobs.status(job)
    assert state.status == "rejected"
    assert state.reason is not None
    assert state.reason.code == "no_cloth"
    assert (status.status, status.error) == (JobPhase.FAILED, state.reason)


def test_constraints_are_in_no_log_no_gallery_and_no_artifact() -> None:
    world = World(Judge(lenient=False))
    saree = world.upload()
    job = world.generate(saree)
    world.run()
    services = world.pallu.services

    public = [
        str(services.jobs.log(job)),
        str(services.gallery.of(saree)),
        *(artifact.name for artifact in services.artifacts.of(saree)),
        *(
            world.store.get(stored.key).decode()
            for stored in world.store.list(f"sarees/{saree}/")
            if stored.key.endswith(("metrics.json", "pose_01.json"))
        ),
    ]

    assert not [text for text in public if "Preserve" in text or "retry.json" in text]
    assert b"Preserve" in world.store.get(f"sarees/{saree}/gen_01_standard/attempts/1/retry.json")


def test_nothing_is_left_open_when_all_has_ended() -> None:
    world = World(Judge(lenient=False))
    world.generate(world.upload())

    world.run()

    assert world.store.list("open/") == ()
