"""Timing calls the same way for everybody."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from bench.figures import median


def p50_ms(call: Callable[[], object], times: int) -> float:
    """Return the median of ``times`` calls in milliseconds, after one that warms up."""
    call()
    durations = []
    for _ in range(times):
        began = time.perf_counter()
        call()
        durations.append(1000 * (time.perf_counter() - began))
    return median(durations)


def per_second(call: Callable[[int], object], times: int, points: int, writers: int = 1) -> float:
    """Return how many points per second ``times`` calls of ``points`` each came to."""
    call(-1)
    began = time.perf_counter()
    if writers == 1:
        for number in range(times):
            call(number)
    else:
        with ThreadPoolExecutor(writers) as pool:
            list(pool.map(call, range(times)))
    return times * points / (time.perf_counter() - began)
