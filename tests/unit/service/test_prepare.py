import pytest

from chalicelib.domain.job import JobPhase
from chalicelib.domain.messages import StageMessage
from chalicelib.domain.saree import DetailPart, Fabric
from chalicelib.errors import NotFoundError
from chalicelib.service import documents
from chalicelib.service.fingerprint import Fingerprints
from chalicelib.service.manifest import Manifest
from chalicelib.service.publish import digest
from chalicelib.service.said import Said
from tests.makers import a_jpeg
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


def test_detail_photos_are_read_with_the_photo_and_named_in_every_manifest() -> None:
    world = World()
    details = {DetailPart.BODY: a_jpeg(seed=3), DetailPart.PALLU: a_jpeg(seed=4)}
    saree = world.upload(details)

    world.run()

    manifests = {
        stage: documents.load(Manifest, world.store.get(stored.key))
        for stored in world.store.list(f"sarees/{saree}/prepared/")
        for stage in ("isolate", "flatten")
        if stored.key.endswith(f"/{stage}/manifest.json")
    }
    read = {stage: {each.name: each.sha256 for each in m.inputs} for stage, m in manifests.items()}
    assert read["isolate"]["detail_pallu.jpg"] == digest(details[DetailPart.PALLU])
    assert read["isolate"]["detail_body.jpg"] == digest(details[DetailPart.BODY])
    assert sum(name.endswith("detail_pallu.png") for name in read["flatten"]) == 1
    assert world.pallu.services.sarees.state(saree).status == "prepared"


def test_another_detail_photo_is_another_preparation() -> None:
    one, other, none = World(), World(), World()
    sarees = [
        (one, one.upload({DetailPart.BODY: a_jpeg(seed=3)})),
        (other, other.upload({DetailPart.BODY: a_jpeg(seed=4)})),
        (none, none.upload()),
    ]

    prints = {Fingerprints("s", "m").of(w.pallu.services.sarees.record(s)) for w, s in sarees}

    assert len(prints) == 3


def test_what_the_saree_is_woven_of_is_part_of_the_fingerprint() -> None:
    world = World()
    records = [
        world.pallu.services.sarees.record(
            world.pallu.services.uploads.register(a_jpeg(), Said(fabric=fabric), {}).saree_id
        )
        for fabric in (None, Fabric.SILK, Fabric.CHIFFON)
    ]

    prints = {Fingerprints("s", "m").of(record) for record in records}

    assert len(prints) == 3
