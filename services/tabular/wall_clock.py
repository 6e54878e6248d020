"""Microseconds of the wall clock: units, and years, months, days and hours as one number.

What does not exist (29 February 2023, 24:15) is marked.
"""

import numpy as np
from numpy.typing import NDArray

from services.tabular.reading import Times

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
_EARLIEST, _LATEST = 1000, 2999

Flags = NDArray[np.bool_]


def assemble(
    year: NDArray[np.int32],
    month: NDArray[np.int32],
    day: NDArray[np.int32],
    hour: NDArray[np.int32],
    minute: NDArray[np.int32],
    second: NDArray[np.int32],
    *,
    fraction: Times | int,
) -> tuple[Times, Flags]:
    """Return microseconds and which of the dates and times exist (hour 24 does not)."""
    valid = (hour <= 23) & (minute <= 59) & (second <= 59)
    key = (year.astype(np.int64) * 16 + month) * 64 + day
    starts = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]]))
    days, real = days_of(year[starts], month[starts], day[starts])
    lengths = np.diff(np.append(starts, len(key)))
    times = np.repeat(days * DAY, lengths)
    valid &= np.repeat(real, lengths)
    times += ((hour * 60 + minute) * 60 + second).astype(np.int64) * SECOND + fraction
    return times, valid


def days_of(
    year: NDArray[np.int32], month: NDArray[np.int32], day: NDArray[np.int32]
) -> tuple[Times, Flags]:
    """Return days since 1970 and which of the dates exist."""
    months = (year.astype(np.int64) - 1970) * 12 + np.clip(month, 1, 12) - 1
    first = months.astype("datetime64[M]")
    days = first.astype("datetime64[D]").astype(np.int64)
    length = (first + 1).astype("datetime64[D]").astype(np.int64) - days
    good = (month >= 1) & (month <= 12) & (year >= _EARLIEST) & (year <= _LATEST)
    return days + day - 1, good & (day >= 1) & (day <= length)
