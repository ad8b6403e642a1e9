import json

import pytest

from emulator.serving import Serving
from tests.emulator.places import Queue, Store, eventually


@pytest.fixture
def store(serving: Serving) -> Store:
    return Store(serving.cloud_url)


@pytest.fixture
def queue(serving: Serving) -> Queue:
    return Queue(serving.cloud_url, "small-work")


def ask(queue: Queue, name: str, do: str = "work", times: int = 0) -> None:
    queue.send(json.dumps({"name": name, "do": do, "times": times}))


def test_a_message_whose_function_returns_is_deleted(store: Store, queue: Queue) -> None:
    ask(queue, "plain")

    assert eventually(lambda: store.has("done/plain"))
    assert eventually(lambda: queue.messages() == 0)
    assert store.keys("seen/plain/") == ["seen/plain/1"]


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param("raise", id="the function raises"),
        pytest.param("crash", id="the process dies"),
        pytest.param("hang", id="the time runs out"),
    ],
)
def test_a_message_is_delivered_again_when(store: Store, queue: Queue, failure: str) -> None:
    ask(queue, failure, do=failure, times=1)

    assert eventually(lambda: store.has(f"done/{failure}"))
    assert store.keys(f"seen/{failure}/") == [f"seen/{failure}/1", f"seen/{failure}/2"]


def test_a_poison_message_blocks_no_other_and_ends_with_the_dead(
    store: Store, queue: Queue
) -> None:
    ask(queue, "poison", do="crash", times=99)
    for number in range(9):
        ask(queue, f"good-{number}")

    assert eventually(lambda: len(store.keys("done/good-")) == 9)
    assert eventually(lambda: store.has("dead/poison"))
    assert len(store.keys("seen/poison/")) == 3
    assert not store.has("done/poison")


def test_a_schedule_fires_at_the_start(store: Store) -> None:
    assert eventually(lambda: store.has("ticked"))
