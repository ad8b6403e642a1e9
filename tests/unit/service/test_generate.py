from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.errors import IdempotencyError, NotFoundError
from tests.simulation.world import World


def test_the_same_idempotency_key_starts_one_job_however_often_it_comes_at_once() -> None:
    world = World()
    saree = world.upload()

    with ThreadPoolExecutor(16) as pool:
        jobs = set(pool.map(lambda _: world.generate(saree, key="mine"), range(16)))

    assert len(jobs) == 1
    assert len(world.store.list(f"sarees/{saree}/generations/")) == 1


def test_a_key_still_names_its_job_after_the_job_has_ended() -> None:
    world = World()
    saree = world.upload()
    job = world.generate(saree, key="mine")
    world.run()

    assert world.generate(saree, key="mine") == job
    assert not any(world.queue.waiting.values())


def test_a_key_that_comes_with_another_request_is_refused() -> None:
    world = World()
    saree = world.upload()
    world.generate(saree, key="mine")

    with pytest.raises(IdempotencyError, match="use a new key"):
        world.generate(saree, "extend", key="mine")


def test_an_unknown_saree_is_not_found_and_takes_no_key() -> None:
    world = World()

    with pytest.raises(NotFoundError, match="no such saree"):
        world.generate("a" * 12 + "4" + "b" * 3 + "8" + "c" * 15, key="mine")

    assert world.contents() == {}


def test_a_start_that_crashed_after_its_marker_is_finished_by_the_sweep() -> None:
    world = World()
    saree = world.upload()
    world.queue.waiting.clear()
    job = world.generate(saree)
    # What a crash right after the marker leaves behind.
    for stored in world.store.list(""):
        if "/generations/" in stored.key or "/gen_01" in stored.key or "jobs/" in stored.key[:5]:
            world.store.delete(stored.key)
    world.queue.waiting.clear()

    world.clock.advance(world.pallu.settings.stand_still_seconds + 1)
    world.pallu.sweep()
    world.run()

    assert world.pallu.services.jobs.status(job).status == "success"


def test_generations_of_a_saree_are_numbered_whatever_their_mode() -> None:
    world = World()
    saree = world.upload()
    world.generate(saree)
    world.run()
    world.generate(saree, "extend")
    world.run()

    names = [each.generation for each in world.pallu.services.gallery.of(saree).generations]
    assert names == ["gen_01_standard", "gen_02_extend"]
