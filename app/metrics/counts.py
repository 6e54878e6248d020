"""Durations that were counted by the minute, for those who read them and know no Redis."""

import math
from datetime import datetime
from typing import Protocol

STATEMENTS = "statements"
Counts = list[tuple[float, int]]  # seconds at most, how many; ascending


class MinuteReader(Protocol):
    """What has the counts of all processes: ``app.metrics.minutes``."""

    def read(self, name: str, window_s: int, at: datetime) -> Counts | None:
        """Return the counts of the whole minutes that touch the window before ``at``.

        None while they are away: nothing is known then.
        """


def percentile(counts: Counts, share: float) -> float:
    """Return the seconds that ``share`` (0 to 1) of the durations took at most (nearest rank).

    Raises ValueError where nothing was counted.
    """
    total = sum(count for _, count in counts)
    rank = max(1, math.ceil(share * total))
    for seconds, count in counts:
        rank -= count
        if rank <= 0:
            return seconds
    raise ValueError("Nothing was counted.")
