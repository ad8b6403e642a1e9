"""Timing of two ways to do one thing, in one run."""

import time
from collections.abc import Callable


def times_as_fast(ours: Callable[[], object], theirs: Callable[[], object]) -> float:
    """
    How many times as fast ours is, each at its best of several turns.

    What else runs on the machine only adds to a time, and taking turns lets it add to both.
    """
    rounds = [(_seconds(theirs), min(_seconds(ours) for _ in range(6))) for _ in range(6)]
    return min(slow for slow, _ in rounds) / min(fast for _, fast in rounds)


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
