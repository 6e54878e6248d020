"""Durations in buckets, and who reads them by the minute: what use cases know of measuring."""

import math
from datetime import datetime
from typing import Protocol

STATEMENTS = "statements"
Counts = list[tuple[float, int]]  # seconds at most, how many; ascending


class MinuteReader(Protocol):
    """Reads how long things took lately (``app.metrics.minutes`` counts it)."""

    def read(self, name: str, window_s: int, at: datetime) -> Counts | None:
        """Return the counts in the window before ``at``, None where nothing is known."""


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
