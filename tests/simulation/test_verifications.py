"""A verification finds whatever was changed, names it, and says equal of nothing else."""

import json
import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from chalicelib.domain.job import JobPhase, JobState
from chalicelib.domain.keys import GenerationName, SareeKeys
from chalicelib.domain.saree import DetailPart
from chalicelib.errors import ConflictError, IdempotencyError, NotFoundError
from chalicelib.imaging.decoding.codec import encode_png
from chalicelib.service import versions
from chalicelib.service.publish import digest
from tests.makers import a_jpeg
from tests.simulation.world import CrashError, Judge, Painter, Process, World

GENERATION = "gen_01_standard"


def a_world_with_pictures(**kwargs: Any) -> tuple[World, str]:
    world = World(Judge(lenient=False), **kwargs)
    saree = world.upload()
    world.generate(saree)
    world.run()
    return world, saree


def verified(world: World, saree: str, generation: str = GENERATION) -> JobState:
    job = world.verify(saree, generation)
    world.run()
    return world.pallu._history.state(job)


def report(world: World, saree: str, job: str, generation: str = GENERATION) -> dict[str, Any]:
    folder = f"sarees/{saree}/{generation}/verifications/{job}/"
    told: dict[str, Any] = json.loads(world.store.get(f"{folder}verification.json"))
    return told


def artifacts(world: World, saree: str) -> list[str]:
    return [
        stored.key.removeprefix(f"sarees/{saree}/")
        for stored in world.store.list(f"sarees/{saree}/")
        if "/verifications/" not in stored.key
    ]


def change(world: World, key: str, body: bytes) -> None:
    """Write where nobody can: as whoever holds the bucket could."""
    world.store.put_upload(key, body, content_type="application/octet-stream")


WORLD, SAREE = a_world_with_pictures()
ARTIFACTS = artifacts(WORLD, SAREE)


def a_copy(**kwargs: Any) -> World:
    """The same world again, by copying what is stored."""
    world = World(Judge(lenient=False), **kwargs)
    world.store._held = dict(WORLD.store._held)
    for _ in range(100):
        world.ids.new()
    return world


def test_an_untouched_generation_is_equal_in_every_artifact() -> None:
    world = a_copy()

    state = verified(world, SAREE)
    told = report(world, SAREE, state.job_id)

    internal = {name for name in ARTIFACTS if name.endswith("/retry.json")}
    roots = {"original.jpg", "saree.json", "generations/01.json"}
    assert state.phase is JobPhase.SUCCESS
    assert told["outcome"] == "equal"
    assert told["differences"] == []
    assert set(told["artifacts"]) == set(ARTIFACTS) - roots - internal
    assert {each["outcome"] for each in told["checks"]} == {"equal"}


def test_whatever_a_check_read_another_one_proved() -> None:
    world = a_copy()
    job = verified(world, SAREE).job_id

    folder = f"sarees/{SAREE}/{GENERATION}/verifications/{job}/checks/"
    found = [json.loads(world.store.get(each.key)) for each in world.store.list(folder)]
    proved = {name for one in found for name in one["proved"]}
    read = {name for one in found for name in one["read"]}

    assert read - proved == {"original.jpg", "saree.json", "generations/01.json"}


# Of these another artifact is named: the plan is held against the record made of it, and what
# a retry injected is internal.
NAMED_OTHERWISE = {
    "generations/01.json": f"{GENERATION}/generation.json",
    f"{GENERATION}/attempts/1/retry.json": (
        f"{GENERATION}/attempts/1, instructions for the next attempt,"
    ),
}


@pytest.mark.parametrize("name", ARTIFACTS)
def test_a_changed_byte_anywhere_is_found_and_named(name: str) -> None:
    world = a_copy()
    key = f"sarees/{SAREE}/{name}"
    body = world.store.get(key)
    change(world, key, body.replace(b"1", b"2", 1) if b"1" in body else body + b"x")

    state = verified(world, SAREE)

    assert state.failure is not None
    assert state.failure.code == "verification_differs"
    assert NAMED_OTHERWISE.get(name, name) in named(world, state.job_id)


@pytest.mark.parametrize(
    "name",
    [name for name in ARTIFACTS if name not in ("saree.json", f"{GENERATION}/generation.json")],
)
def test_what_is_missing_is_found_and_named(name: str) -> None:
    world = a_copy()
    world.store.delete(f"sarees/{SAREE}/{name}")

    state = verified(world, SAREE)

    assert state.failure is not None
    assert state.failure.code == "verification_differs"
    assert NAMED_OTHERWISE.get(name, name) in named(world, state.job_id)


@pytest.mark.parametrize(
    "name",
    [
        f"{GENERATION}/pose_05.png",
        f"{GENERATION}/attempts/3/pose_01.png",
        f"{GENERATION}/attempts/1/pose_01.webp",
    ],
)
def test_what_nobody_made_is_found_and_named(name: str) -> None:
    world = a_copy()
    change(world, f"sarees/{SAREE}/{name}", b"planted")

    state = verified(world, SAREE)

    assert state.failure is not None
    assert name in named(world, state.job_id)


def test_two_published_pictures_that_were_swapped_are_found_both() -> None:
    world = a_copy()
    first, second = (f"sarees/{SAREE}/{GENERATION}/pose_0{number}.png" for number in (1, 2))
    bodies = world.store.get(first), world.store.get(second)
    change(world, first, bodies[1])
    change(world, second, bodies[0])

    state = verified(world, SAREE)

    assert state.failure is not None
    assert state.failure.detail.startswith(f"publish: {GENERATION}/pose_01.png is not what")
    assert f"{GENERATION}/pose_02.png" in named(world, state.job_id)


def test_the_first_difference_is_the_first_in_the_pipeline_with_both_digests() -> None:
    world = a_copy()
    prepared = f"sarees/{SAREE}/{next(name for name in ARTIFACTS if name.endswith('cutout.png'))}"
    genuine = world.store.get(prepared)
    change(world, prepared, b"another cutout")
    change(world, f"sarees/{SAREE}/{GENERATION}/pose_03.png", b"another picture")

    state = verified(world, SAREE)

    first = report(world, SAREE, state.job_id)["first_difference"]
    assert first["stage"] == "isolate"
    assert first["artifact"].endswith("isolate/cutout.png")
    assert (first["expected"], first["found"]) == (digest(genuine), digest(b"another cutout"))


def test_verdicts_that_were_altered_with_their_certificate_are_found() -> None:
    world = a_copy()
    folder = f"sarees/{SAREE}/{GENERATION}/"
    for name in ("attempts/2/pose_01.json", "metrics.json"):
        genuine = world.store.get(folder + name)
        change(world, folder + name, genuine.replace(b'"delta_e": 0.0', b'"delta_e": 0.5'))

    state = verified(world, SAREE)

    assert state.failure is not None
    assert state.failure.detail.startswith(f"validate: {GENERATION}/attempts/2/pose_01.json")


def test_the_message_of_a_difference_in_instructions_tells_nothing_of_them() -> None:
    world = a_copy()
    change(world, f"sarees/{SAREE}/{GENERATION}/attempts/1/retry.json", b"[]")

    state = verified(world, SAREE)

    assert state.failure is not None
    assert state.failure.detail.startswith(f"retry: {GENERATION}/attempts/1, instructions")
    told = json.dumps(report(world, SAREE, state.job_id))
    assert "retry.json" not in told
    assert digest(b"[]") not in told


@pytest.fixture
def another_version() -> Iterator[None]:
    """Digest other code than what made the pictures, as after an update."""
    before = versions._CODE
    vars(versions)["_CODE"] = ("imaging",)
    versions.code_version.cache_clear()
    yield
    vars(versions)["_CODE"] = before
    versions.code_version.cache_clear()


def issued_again(world: World, *forgotten: str) -> dict[str, bytes]:
    """Issue the certificate once more, as a delivery after a crash would."""
    keys = SareeKeys(SAREE).generation(GenerationName.parse(GENERATION))
    for name in forgotten:
        world.store.delete(f"{keys.prefix}{name}")
    generation = world.pallu._generations.one(SAREE, GenerationName.parse(GENERATION))
    world.pallu._posing._decisions._certificates.issue(generation, 2)
    return {key: world.store.get(key) for key in (keys.page, keys.certificate)}


@pytest.mark.parametrize(
    "forgotten", [(), ("metrics.json",), ("metrics.json", "certificate.html")]
)
def test_a_certificate_that_is_issued_again_is_the_same(forgotten: tuple[str, ...]) -> None:
    again = issued_again(a_copy(), *forgotten)

    assert again == {key: WORLD.store.get(key) for key in again}


@pytest.mark.usefixtures("another_version")
def test_a_certificate_that_was_issued_before_an_update_stays() -> None:
    again = issued_again(a_copy())

    assert again == {key: WORLD.store.get(key) for key in again}


@pytest.mark.usefixtures("another_version")
def test_a_certificate_whose_page_was_written_before_an_update_names_that_page() -> None:
    page, certificate = issued_again(a_copy(), "metrics.json").values()

    assert json.loads(certificate)["page"]["sha256"] == digest(page)


@pytest.mark.usefixtures("another_version")
def test_a_missing_certificate_of_another_version_is_found() -> None:
    world = a_copy()
    world.store.delete(f"sarees/{SAREE}/{GENERATION}/metrics.json")

    state = verified(world, SAREE)

    assert f"{GENERATION}/metrics.json" in named(world, state.job_id)


def test_a_version_of_the_documents_that_is_only_claimed_is_not_believed() -> None:
    world = a_copy()
    key = f"sarees/{SAREE}/{GENERATION}/metrics.json"
    told = world.store.get(key)
    change(world, key, told.replace(versions.documents_version().encode(), b"f" * 16))

    state = verified(world, SAREE)

    assert f"{GENERATION}/metrics.json" in named(world, state.job_id)


def test_a_certificate_that_other_documents_code_wrote_is_told_so() -> None:
    world = a_copy()
    version, folder = versions.documents_version().encode(), f"sarees/{SAREE}/{GENERATION}/"
    page = world.store.get(f"{folder}certificate.html")
    other = page.replace(version, b"f" * 16)
    told = world.store.get(f"{folder}metrics.json").replace(version, b"f" * 16)
    change(world, f"{folder}certificate.html", other)
    change(
        world, f"{folder}metrics.json", told.replace(digest(page).encode(), digest(other).encode())
    )

    state = verified(world, SAREE)

    assert state.failure is not None
    assert state.failure.code == "made_by_other_version"
    assert "documents was ffffffffffffffff" in state.failure.detail


@pytest.mark.usefixtures("another_version")
def test_what_another_version_made_is_told_so_and_not_called_different() -> None:
    world = a_copy()

    state = verified(world, SAREE)
    told = report(world, SAREE, state.job_id)

    assert state.failure is not None
    assert state.failure.code == "made_by_other_version"
    assert state.failure.detail.startswith("made by another version: code was ")
    assert (told["outcome"], told["differences"]) == ("other_version", [])


@pytest.mark.usefixtures("another_version")
def test_a_certificate_that_has_fewer_fields_is_of_another_version_and_no_difference() -> None:
    world = a_copy()
    key = f"sarees/{SAREE}/{GENERATION}/metrics.json"
    told = json.loads(world.store.get(key))
    for attempt in (one for pose in told["poses"] for one in pose["attempts"]):
        del attempt["measured"]
    change(world, key, json.dumps({**told, "page": None, "documents": None}).encode())

    state = verified(world, SAREE)

    assert state.failure is not None
    assert state.failure.code == "made_by_other_version"


@pytest.mark.usefixtures("another_version")
@pytest.mark.parametrize(
    "name",
    ["pose_02.png", "attempts/2/pose_02.png", "attempts/1/pose_03.json", "certificate.html"],
)
def test_what_was_changed_after_another_version_made_it_is_different_all_the_same(
    name: str,
) -> None:
    world = a_copy()
    change(world, f"sarees/{SAREE}/{GENERATION}/{name}", b"another")

    state = verified(world, SAREE)

    assert state.failure is not None
    assert state.failure.code == "verification_differs"
    assert f"{GENERATION}/{name}" in named(world, state.job_id)


def test_what_a_composer_with_other_settings_made_is_told_so() -> None:
    world = a_copy(composer_settings="color_shift=1")

    state = verified(world, SAREE)

    assert state.failure is not None
    assert state.failure.code == "made_by_other_version"
    assert "composer's settings was none, is color_shift=1" in state.failure.detail


def test_what_was_made_of_a_pose_that_was_drawn_anew_since_is_told_so() -> None:
    world = a_copy(painter=Painter(shade=1), asset="1" * 64)

    state = verified(world, SAREE)

    assert state.failure is not None
    assert state.failure.code == "made_by_other_version"
    assert "drawn/pose_01 was 0000000000000000, is 1111111111111111" in state.failure.detail


def test_a_manifest_that_names_another_asset_for_the_same_picture_is_not_believed() -> None:
    world = a_copy()
    key = f"sarees/{SAREE}/{GENERATION}/attempts/1/pose_01.manifest.json"
    change(world, key, world.store.get(key).replace(b"0" * 64, b"2" * 64))

    state = verified(world, SAREE)

    assert f"{GENERATION}/attempts/1/pose_01.manifest.json" in named(world, state.job_id)


def test_a_changed_photo_of_a_part_is_found() -> None:
    world = World(Judge(lenient=False))
    saree = world.upload({DetailPart.PALLU: a_jpeg(seed=3)})
    world.generate(saree)
    world.run()
    untouched = verified(world, saree)
    change(world, f"sarees/{saree}/detail_pallu.jpg", a_jpeg(seed=4))

    state = verified(world, saree)

    assert untouched.phase is JobPhase.SUCCESS
    assert state.failure is not None
    assert state.failure.detail.startswith("photo: detail_pallu.jpg is not the photo")


def test_a_generation_that_failed_is_verified_in_all_its_attempts() -> None:
    world = World(Judge(stubborn=True))
    saree = world.upload()
    world.generate(saree)
    world.run()

    state = verified(world, saree)

    proved = report(world, saree, state.job_id)["artifacts"]
    assert state.phase is JobPhase.SUCCESS
    assert f"{GENERATION}/attempts/4/pose_04.png" in proved


def test_a_picture_published_although_it_failed_is_found() -> None:
    world = World(Judge(stubborn=True))
    saree = world.upload()
    world.generate(saree)
    world.run()
    folder = f"sarees/{saree}/{GENERATION}/"
    change(world, f"{folder}pose_01.png", world.store.get(f"{folder}attempts/4/pose_01.png"))

    state = verified(world, saree)

    assert state.failure is not None
    assert f"publish: {GENERATION}/pose_01.png should not be there" in state.failure.detail


def test_the_poses_of_a_retried_generation_are_verified() -> None:
    judge = Judge(stubborn=True)
    world = World(judge)
    saree = world.upload()
    world.generate(saree)
    world.run()
    judge.stubborn = False
    world.generate(saree, "retry_failed")
    world.run()

    state = verified(world, saree, "gen_02_retry_failed")

    assert state.phase is JobPhase.SUCCESS


def test_a_generation_that_was_verified_can_be_verified_again() -> None:
    world = a_copy()
    verified(world, SAREE)
    change(world, f"sarees/{SAREE}/{GENERATION}/pose_01.png", b"swapped since")

    state = verified(world, SAREE)

    assert state.phase is JobPhase.FAILED


@pytest.mark.parametrize("seed", range(20))
def test_duplicates_and_disorder_change_nothing_that_is_found(seed: int) -> None:
    world = a_copy()
    job = world.verify(SAREE)

    world.deliver(random.Random(seed), lambda random: random.randint(1, 3))

    assert world.pallu._history.state(job).phase is JobPhase.SUCCESS
    assert report(world, SAREE, job) == undisturbed()


def test_a_crash_before_or_after_any_call_changes_nothing_that_is_found() -> None:
    step = 0
    while _run_with_crash_at(step + 1):
        step += 1

    assert step > 400


def test_the_sweep_resumes_a_verification_whose_messages_are_lost() -> None:
    world = a_copy()
    job = world.verify(SAREE)
    world.queue.waiting.clear()

    world.clock.advance(world.pallu.settings.stand_still_seconds + 1)
    world.pallu.sweep()
    world.run()

    assert world.pallu._history.state(job).phase is JobPhase.SUCCESS
    assert world.store.list("open/") == ()


def test_a_check_that_fails_on_every_delivery_ends_its_verification_without_a_verdict() -> None:
    world = a_copy()
    job = world.verify(SAREE)
    (first,) = world.queue.waiting["verify"]

    world.pallu.bury(first)

    failure = world.pallu._history.state(job).failure
    assert failure is not None
    assert failure.code == "stage_failed"
    assert world.store.list("open/") == ()


def test_a_check_reports_on_the_store_as_it_is_even_in_a_worker_that_made_the_pictures() -> None:
    world, saree = a_world_with_pictures()
    whole = next(name for name in artifacts(world, saree) if name.endswith("extract/seen.png"))
    change(world, f"sarees/{saree}/{whole}", encode_png(np.zeros((2, 4), np.uint8)))

    state = verified(world, saree)

    checks = {
        each["check"]: each["outcome"] for each in report(world, saree, state.job_id)["checks"]
    }
    assert (checks["extract"], checks["pose_01"]) == ("different", "different")


def named(world: World, job: str) -> list[str]:
    return [each["artifact"] for each in _differences(world, job)]


def _differences(world: World, job: str) -> list[dict[str, Any]]:
    state = world.pallu._history.state(job)
    found: list[dict[str, Any]] = report(world, state.saree_id, job)["differences"]
    return found


_UNDISTURBED: list[dict[str, Any]] = []


def undisturbed() -> dict[str, Any]:
    if not _UNDISTURBED:
        world = a_copy()
        _UNDISTURBED.append(report(world, SAREE, verified(world, SAREE).job_id))
    return _UNDISTURBED[0]


def _run_with_crash_at(step: int) -> bool:
    """Verify with a process that dies at a step; tell whether it came to that."""
    process = Process()
    world = a_copy(wrap=process.ports)
    job = world.verify(SAREE)
    process.steps = step
    died = _drive(world, process)
    process.steps = -1
    assert world.pallu._history.state(job).phase is JobPhase.SUCCESS, step
    assert report(world, SAREE, job) == undisturbed(), step
    assert world.store.list("open/") == (), step
    return died


def _drive(world: World, process: Process) -> bool:
    died = False
    while waiting := [each for each in world.queue.waiting.values() if each]:
        try:
            world.functions["verify"](waiting[0][0])
        except CrashError:
            process.dead, died = False, True
        else:
            waiting[0].popleft()
    return died


def test_only_what_has_ended_with_a_certificate_is_verified() -> None:
    world = World()
    saree = world.upload()
    world.generate(saree)

    with pytest.raises(ConflictError, match="is running") as running:
        world.verify(saree)
    world.clock.advance(world.pallu.settings.give_up_seconds + 1)
    world.queue.waiting.clear()
    world.pallu.sweep()
    with pytest.raises(ConflictError, match="nothing to verify") as empty:
        world.verify(saree)
    with pytest.raises(NotFoundError, match="no such generation"):
        world.verify(saree, "gen_02_standard")
    with pytest.raises(NotFoundError, match="no such generation"):
        world.verify(saree, "../gen_01_standard")

    assert (running.value.code, empty.value.code) == ("generation_running", "nothing_to_verify")


def test_the_same_idempotency_key_finds_the_same_verification_and_no_other_request() -> None:
    world = a_copy()
    start = world.pallu.services.verifications.start

    first, second = (start(SAREE, GENERATION, "mine") for _ in range(2))

    assert first == second
    assert len(world.queue.waiting["verify"]) == 1
    with pytest.raises(IdempotencyError):
        world.pallu.services.generations.start(SAREE, "extend", "mine")
