"""What executions add to the totals, read off their rows: the live counters count the same."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from app.jobs import states
from app.models.schedule import SKIPPED
from services.scheduler.totals.sketch import bucket_of

Key = tuple[date, int, str]  # day (UTC), owner, kind
OUTCOMES = {
    states.SUCCEEDED: "executed",
    states.FAILED: "failed",
    states.CANCELLED: "cancelled",
    SKIPPED: "skipped",
}
MISSED, SWITCHED_OFF, OVERLAPPED = "missed", "switched_off", "overlapped"
MADE_SKIPPED = (MISSED, SWITCHED_OFF, OVERLAPPED)  # these never were to begin


@dataclass
class Tally:
    """Counters by day, owner and kind; ``took`` has how many durations fell into each bucket."""

    counts: dict[Key, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    took: Counter[tuple[date, int, str, int]] = field(default_factory=Counter)

    def add(self, key: Key, **more: int) -> None:
        """Add to the counters of a key."""
        self.counts[key].update(more)

    def add_end(self, row: Any) -> None:
        """Add what the end of an execution counts for."""
        key, milliseconds = _key(row, row.finished_at), duration_of(row)
        more = {OUTCOMES[row.state]: max(1, row.missed or 0)}
        self.add(key, **more, duration_ms=milliseconds or 0)
        if milliseconds is not None:
            self.took[(*key, bucket_of(milliseconds))] += 1

    def nonzero(self) -> Iterator[tuple[Key, dict[str, int]]]:
        """Yield the counters that are not 0."""
        for key, numbers in self.counts.items():
            kept = {name: number for name, number in numbers.items() if number}
            if kept:
                yield key, kept


def tally_of(rows: Iterable[Any], tries: Iterable[tuple[Any, datetime]]) -> Tally:
    """Return what executions add up to.

    ``tries`` are further attempts: an execution with the time of its attempt; one after a drained
    attempt is none.
    """
    tally = Tally()
    for row in rows:
        if row.state != SKIPPED or row.skip_reason not in MADE_SKIPPED:
            tally.add(_key(row, row.created_at), created=1)
        if row.finished_at is not None:
            tally.add_end(row)
    for row, at in tries:
        tally.add(_key(row, at), retried=1)
    return tally


def duration_of(row: Any) -> int | None:
    """Return the milliseconds from the first attempt to the end, None where none began."""
    if row.started_at is None or row.finished_at is None:
        return None
    seconds: float = (row.finished_at - row.started_at).total_seconds()
    return max(0, round(seconds * 1000))


def _key(row: Any, at: datetime) -> Key:
    return at.astimezone(UTC).date(), row.owner_id, row.kind
