import threading

from emulator.batches import Batch, Shelf, doubling
from emulator.triggers import QueueTrigger

BATCH = Batch(QueueTrigger("early", "q", 1, None), [])


def test_what_was_registered_last_is_taken_first() -> None:
    shelf = Shelf(["early", "middle", "late"])
    shelf.put("early", BATCH)
    shelf.put("late", BATCH)
    shelf.put("middle", BATCH)

    taken = [shelf.take() for _ in range(3)]

    assert [one[0] for one in taken if one] == ["late", "middle", "early"]


def test_a_second_batch_is_fetched_only_when_the_first_was_taken() -> None:
    shelf = Shelf(["early"])
    shelf.put("early", BATCH)
    fetched = threading.Thread(target=shelf.wait_for_room, args=("early", None))

    fetched.start()
    fetched.join(0.05)
    waited = fetched.is_alive()
    shelf.take()
    fetched.join(5)

    assert waited
    assert not fetched.is_alive()


def test_no_more_batches_run_at_a_time_than_the_trigger_allows() -> None:
    shelf = Shelf(["early"])
    shelf.put("early", BATCH)
    shelf.take()
    fetched = threading.Thread(target=shelf.wait_for_room, args=("early", 1))

    fetched.start()
    fetched.join(0.05)
    waited = fetched.is_alive()
    shelf.done("early")
    fetched.join(5)

    assert waited
    assert not fetched.is_alive()


def test_closing_gives_back_what_nobody_took_and_takes_nothing_more() -> None:
    shelf = Shelf(["early"])
    shelf.put("early", BATCH)

    left = shelf.close()

    assert left == [BATCH]
    assert shelf.take() is None
    assert not shelf.put("early", BATCH)
    assert not shelf.wait_for_room("early", None)


def test_a_failed_message_waits_longer_each_time_but_never_longer_than_a_minute() -> None:
    assert [doubling(receives) for receives in range(1, 9)] == [1, 2, 4, 8, 16, 32, 60, 60]
