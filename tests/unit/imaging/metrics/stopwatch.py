"""Timing of kernels that are compared in one run."""

import time
from collections.abc import Callable


def least_seconds(work: Callable[[], object], *, times: int) -> float:
    """The best of several runs, in seconds: what else runs on the machine only adds."""
    best = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best
