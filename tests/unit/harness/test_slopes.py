"""What grows is seen, and noise or a warm start is not taken for growth."""

import random

from harness.slopes import BLOCKS, Slope, growing, slope_of

SAMPLES, SECONDS = 10 * BLOCKS, 30.0
MEGABYTE = 1e6


def slope(values: list[float]) -> Slope:
    return slope_of([(number * SECONDS, value) for number, value in enumerate(values)])


def noisy(level: float, per_sample: float = 0.0) -> list[float]:
    chance = random.Random(1)
    return [level + per_sample * n + chance.gauss(0, MEGABYTE) for n in range(SAMPLES)]


def test_a_leak_of_two_percent_an_hour_is_seen() -> None:
    per_sample = 0.02 * 100 * MEGABYTE / (3600 / SECONDS) * 5
    seen = slope(noisy(100 * MEGABYTE, per_sample))
    assert seen.is_growing
    assert seen.low <= per_sample * 3600 / SECONDS <= seen.high


def test_noise_is_no_growth() -> None:
    assert not slope(noisy(100 * MEGABYTE)).is_growing


def test_what_grows_while_it_warms_up_is_no_growth() -> None:
    values = noisy(100 * MEGABYTE)
    assert not slope([0.0] * 10 + values[10:]).is_growing


def test_what_is_kept_may_grow_and_memory_may_not() -> None:
    leak = slope(noisy(100 * MEGABYTE, MEGABYTE))
    assert growing({"disk objects": leak, "web memory": leak}) == ["web memory"]
