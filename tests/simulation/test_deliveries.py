"""However messages come, and wherever processes die, the same bytes are there in the end."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.domain.job import JobPhase
from chalicelib.errors import StorageUnavailableError
from tests.simulation.world import CrashError, Judge, Process, World

SEEDS = range(200)


def undisturbed(mode: str = "standard") -> dict[str, bytes]:
    world = World(Judge(lenient=False))
    world.generate(world.upload(), mode)
    world.run()
    return world.contents()


@pytest.mark.parametrize("seed", SEEDS)
def test_duplicates_and_disorder_change_no_artifact(seed: int) -> None:
    world = World(Judge(lenient=False))
    job = world.generate(world.upload())

    world.deliver(random.Random(seed), lambda random: random.randint(1, 3))

    assert world.pallu.services.jobs.status(job).status == JobPhase.SUCCESS
    assert world.contents() == undisturbed_once()


def test_a_crash_before_or_after_any_call_costs_nothing_but_a_delivery() -> None:
    step = 0
    while _run_with_crash_at(step + 1):
        step += 1

    assert step > 400


@pytest.mark.parametrize("seed", range(20))
def test_throttling_delays_and_fails_nothing(seed: int) -> None:
    throttle = random.Random(seed)
    world = World(Judge(lenient=False), wrap=lambda port: Throttled(port, throttle))
    saree = _until_it_works(world.upload)
    _until_it_works(lambda: world.generate(saree, key="again"))

    _drive_with_redelivery(world)

    assert world.store.list(f"sarees/{saree}/gen_01_standard/pose_04.png")


def test_the_sweep_finishes_a_job_although_one_message_in_ten_is_lost() -> None:
    world = World(Judge(lenient=False))
    job = world.generate(world.upload())
    loss = random.Random(0)

    for _ in range(200):
        for function, bodies in list(world.queue.waiting.items()):
            for body in [bodies.popleft() for _ in range(len(bodies))]:
                if loss.random() > 0.1:
                    world.functions[function](body)
        world.clock.advance(world.pallu.settings.stand_still_seconds / 4)
        world.pallu.sweep()

    status = world.pallu.services.jobs.status(job)
    assert status.status == JobPhase.SUCCESS


def test_a_job_that_cannot_be_finished_is_given_up_in_time() -> None:
    world = World()
    job = world.generate(world.upload())
    world.queue.waiting.clear()

    world.clock.advance(world.pallu.settings.give_up_seconds + 1)
    world.pallu.sweep()

    status = world.pallu.services.jobs.status(job)
    assert status.error is not None
    assert status.error.code == "timed_out"


def test_a_photo_that_kills_its_worker_is_refused_after_the_third_death() -> None:
    process = Process()
    world = World(wrap=process.ports, isolate=lambda _, __: process.die())
    saree = world.upload()
    (body,) = world.queue.waiting["isolate"]

    for _ in range(3):
        with pytest.raises(CrashError):
            world.functions["isolate"](body)
        process.dead = False
    world.functions["isolate"](body)

    state = world.pallu.services.sarees.state(saree)
    assert state.reason is not None
    assert (state.status, state.reason.code) == ("rejected", "photo_too_demanding")


_UNDISTURBED: list[dict[str, bytes]] = []


def undisturbed_once() -> dict[str, bytes]:
    if not _UNDISTURBED:
        _UNDISTURBED.append(undisturbed())
    return _UNDISTURBED[0]


def _run_with_crash_at(step: int) -> bool:
    """Run a whole job whose process dies at a step; tell whether it came to that."""
    process = Process()
    world = World(Judge(lenient=False), wrap=process.ports)
    job = world.generate(world.upload())
    process.steps = step
    died = _drive_with_redelivery(world, process)
    process.steps = -1
    assert world.pallu.services.jobs.status(job).status == JobPhase.SUCCESS, step
    assert _settled(world.contents()) == _settled(undisturbed_once()), step
    return died


def _settled(contents: dict[str, bytes]) -> dict[str, bytes]:
    # A killed process leaves the mark of its trial.
    return {key: body for key, body in contents.items() if "/trials/" not in key}


def _drive_with_redelivery(world: World, process: Process | None = None) -> bool:
    """Deliver until all is done, again where a function failed; tell whether one died."""
    waiting: list[tuple[str, str]] = []
    died = False
    while True:
        for function, bodies in world.queue.waiting.items():
            waiting += [(function, bodies.popleft()) for _ in range(len(bodies))]
        if not waiting:
            return died
        function, body = waiting.pop(0)
        try:
            world.functions[function](body)
        except StorageUnavailableError:
            waiting.append((function, body))
        except CrashError:
            assert process is not None
            process.dead, died = False, True
            waiting.append((function, body))


class Throttled:
    """A port that refuses one call in thirty: what retrying in the adapter leaves of many."""

    def __init__(self, store: Any, throttle: random.Random) -> None:
        self._store = store
        self._throttle = throttle

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._store, name)

        def throttled(*arguments: Any, **named: Any) -> Any:
            if self._throttle.random() < 1 / 30:
                raise StorageUnavailableError("slow down")
            return call(*arguments, **named)

        return throttled


def _until_it_works(work: Callable[[], str]) -> str:
    while True:
        try:
            return work()
        except StorageUnavailableError:
            continue
