"""The due times of a schedule: its cadence between its begin and its end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from services.scheduler.times.cadences import Cadence
from services.scheduler.times.moments import FINAL, SECOND, as_utc, instant_of, moment_of

_FIRST = datetime(2, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Timetable:
    """A cadence from ``starts_at`` to ``ends_at``, both in UTC; a time at either of them is due."""

    cadence: Cadence
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def next_after(self, moment: datetime) -> datetime | None:
        """Return the first due time strictly later than a moment, in UTC, None after the last."""
        moment = as_utc(moment)
        if self.starts_at is not None and moment < self.starts_at:
            # a start within a second begins with the next one
            moment = self.starts_at - timedelta(microseconds=1)
        if moment >= FINAL:
            return None
        instant = self.cadence.next_after(instant_of(max(moment, _FIRST)))
        if instant is None or (following := moment_of(instant)) > self._end():
            return None
        return following

    def times_after(self, moment: datetime) -> Iterator[datetime]:
        """Yield the due times strictly later than a moment, ascending."""
        following = self.next_after(moment)
        while following is not None:
            yield following
            following = self.next_after(following)

    def count(self, after: datetime, until: datetime) -> int:
        """Return how many due times are later than ``after`` and not later than ``until``.

        That costs about as much for a million of them as for a few.
        """
        after, until = as_utc(after), as_utc(until)
        if self.starts_at is not None:
            after = max(after, self.starts_at - timedelta(microseconds=1))
        until = min(until, self._end())
        if after >= until:
            return 0
        return self.cadence.count(instant_of(max(after, _FIRST)), instant_of(until))

    def newest(self, number: int, after: datetime, until: datetime) -> tuple[datetime, ...]:
        """Return the last ``number`` due times in (after, until], ascending.

        They are looked for in ever longer times before ``until``.
        """
        after, until = as_utc(after), as_utc(until)
        span = 120 * number * SECOND
        while True:
            start = until - span if until - after > span else after
            total = self.count(start, until)
            if total >= number or start == after:
                return tuple(islice(self.times_after(start), max(0, total - number), total))
            span *= 4

    def _end(self) -> datetime:
        return FINAL if self.ends_at is None else min(self.ends_at, FINAL)
