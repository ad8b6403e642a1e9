import pytest

from chalicelib.domain.job import JobPhase
from chalicelib.domain.messages import StageMessage
from chalicelib.errors import NotFoundError
from tests.simulation.world import World, find_no_cloth


def stages_worked(world: World) -> list[str]:
    return [dimensions["stage"] for _, _, dimensions in world.meter.times]


def test_a_job_that_comes_while_its_saree_is_prepared_adopts_that_work() -> None:
    world = World()
    job = world.generate(world.upload())

    world.run()

    assert stages_worked(world)[:3] == ["isolate", "flatten", "extract"]
    assert len(stages_worked(world)) == 3 + 4 + 4
    assert world.pallu.services.jobs.status(job).status == JobPhase.SUCCESS


def test_a_job_that_waited_learns_that_the_photo_is_refused() -> None:
    world = World(isolate=find_no_cloth)
    job = world.generate(world.upload())
    prepare, generate = world.queue.waiting["isolate"]

    world.functions["isolate"](generate)
    world.functions["isolate"](prepare)

    assert world.pallu.services.jobs.status(job).status == JobPhase.FAILED


def test_a_job_that_waited_ends_when_its_preparation_is_dead() -> None:
    world = World()
    saree = world.upload()
    job = world.generate(saree)
    prepare, generate = world.queue.waiting["isolate"]
    world.functions["isolate"](generate)

    world.pallu.bury(prepare)

    status = world.pallu.services.jobs.status(job)
    assert status.error is not None
    assert (status.status, status.error.code) == (JobPhase.FAILED, "stage_failed")
    assert world.pallu.services.sarees.state(saree).status == "rejected"


def test_a_dead_letter_that_belongs_to_nothing_is_dropped() -> None:
    world = World()

    world.pallu.bury("{}")

    assert world.contents() == {}


def test_a_stage_whose_input_is_not_there_fails_its_delivery_and_skips_nothing() -> None:
    world = World()
    world.upload()
    (body,) = world.queue.waiting["isolate"]
    ahead = StageMessage.from_json(body).to_json().replace('"isolate"', '"extract"')

    with pytest.raises(NotFoundError, match="flatten/strip"):
        world.functions["extract"](ahead)

    assert stages_worked(world) == []


def test_a_version_that_changed_under_a_job_ends_it_with_that_reason() -> None:
    world = World()
    saree = world.upload()
    world.queue.waiting.clear()
    job = world.generate(saree)
    (body,) = world.queue.waiting["isolate"]
    message = StageMessage.from_json(body)
    old = body.replace(message.fingerprint, "0" * 16)

    world.functions["isolate"](old)

    status = world.pallu.services.jobs.status(job)
    assert status.error is not None
    assert status.error.code == "version_changed"
