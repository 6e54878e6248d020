"""Hour, weekday and month of many instants in a zone, by the wall clock."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import ArrayLike

from services.forecasting.evaluation.arrays import Integers

QUARTER = 900  # seconds: clocks change on a quarter of an hour


@dataclass(frozen=True, kw_only=True)
class ClockParts:
    """Parts of each instant: hour 0 to 23, weekday from Monday 0, month 1 to 12."""

    hour: Integers
    weekday: Integers
    month: Integers


def clock_parts(times: ArrayLike, zone: str) -> ClockParts:
    """Return the parts of ``times`` (seconds since 1970, any shape) in an IANA zone.

    Raises zoneinfo.ZoneInfoNotFoundError, a KeyError, of an unknown zone.
    """
    seconds = np.floor(np.asarray(times, dtype=np.float64)).astype(np.int64)
    quarters, codes = np.unique(seconds // QUARTER, return_inverse=True)
    offsets = _offsets(quarters * QUARTER, ZoneInfo(zone))
    local = seconds + offsets[codes].reshape(seconds.shape)
    months = local.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
    return ClockParts(
        hour=local // 3_600 % 24,
        weekday=(local // 86_400 + 3) % 7,  # 1970 began on a Thursday
        month=months % 12 + 1,
    )


def _offsets(instants: Integers, zone: ZoneInfo) -> Integers:
    seconds = [
        _offset(datetime.fromtimestamp(instant, UTC).astimezone(zone))
        for instant in instants.tolist()
    ]
    return np.array(seconds, dtype=np.int64)


def _offset(local: datetime) -> int:
    offset = local.utcoffset()
    return 0 if offset is None else round(offset.total_seconds())
