"""Durations in buckets that grow by a constant factor, so that days, kinds and owners add up.

Bucket 0 has what took less than a millisecond, bucket i >= 1 what took from GROWTH^(i-2) (not
included) to GROWTH^(i-1) milliseconds. A bucket stands for the value that lies within
ACCURACY = (GROWTH - 1) / (GROWTH + 1), 4.8 %, of everything in it: the relative-error sketch of
Masson, Rim and Lee, "DDSketch" (VLDB 2019), section 2. With 24 buckets to a factor of ten the
powers of ten are bounds themselves, and so are their roots.
"""

import math
from collections.abc import Iterable, Mapping

PER_DECADE = 24
GROWTH = 10 ** (1 / PER_DECADE)
ACCURACY = (GROWTH - 1) / (GROWTH + 1)
BELOW = 0  # the bucket of durations under a millisecond


def bucket_of(milliseconds: int) -> int:
    """Return the bucket of a duration in whole milliseconds; what is negative counts as 0."""
    if milliseconds < 1:
        return BELOW
    return math.ceil(PER_DECADE * math.log10(milliseconds)) + 1


def bound_of(bucket: int) -> float:
    """Return the largest duration of a bucket, in seconds."""
    return 0.0 if bucket == BELOW else 10 ** ((bucket - 1) / PER_DECADE) / 1000


def value_of(bucket: int) -> float:
    """Return the duration that a bucket stands for, in seconds."""
    return bound_of(bucket) * 2 / (GROWTH + 1)


def quantile(numbers: Mapping[int, int], share: float) -> float | None:
    """Return the ``share`` quantile (0 to 1) in seconds of ``numbers`` by bucket, None of nothing.

    It is within ACCURACY of the value at rank ``floor(share * (n - 1))``, as numpy's quantile by
    the method ``lower`` has it; durations under a millisecond are 0.
    """
    rank = math.floor(share * (sum(numbers.values()) - 1))
    seen = 0
    for bucket in sorted(numbers):
        seen += numbers[bucket]
        if seen > rank >= 0:
            return value_of(bucket)
    return None


def cumulative(numbers: Mapping[int, int], bounds: Iterable[int]) -> list[tuple[float, int]]:
    """Return for each bucket of ``bounds`` its bound in seconds and how many lie at or below it."""
    return [
        (bound_of(last), sum(number for bucket, number in numbers.items() if bucket <= last))
        for last in bounds
    ]
