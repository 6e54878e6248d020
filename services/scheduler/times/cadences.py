"""Three ways to say when a schedule is due: a cron expression, an interval, once.

Instants are whole seconds since 1970 in UTC.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from services.scheduler.times.cron import CronExpression
from services.scheduler.times.days import EPOCH_DAY
from services.scheduler.times.moments import FINAL, instant_of
from services.scheduler.times.zones import DAY, SETTLED, Zone


class Cadence(Protocol):
    """When something is due."""

    def next_after(self, instant: int) -> int | None:
        """Return the first due time strictly later than an instant, None where there is none."""

    def count(self, after: int, until: int) -> int:
        """Return how many due times are later than ``after`` and not later than ``until``."""


@dataclass(frozen=True)
class CronCadence:
    """A cron expression by the clock of a zone, over all changes of that clock.

    As in cron(8) of Debian, except that a gap of any length is made up: wildcard jobs follow the
    wall clock; fixed-time jobs run at the end of a gap what lies in it, once, and in a repeated
    hour the first time only. That is: a fixed time is due when the clock first reaches it.
    """

    expression: CronExpression
    zone: Zone

    def next_after(self, instant: int) -> int | None:
        """Return the first due time strictly later than an instant."""
        if self.expression.is_wildcard:
            return self._next_shown(instant + 1)
        return self._next_reached(instant)

    def is_moved(self, instant: int) -> bool:
        """Return whether a due time lies at the end of a gap because its own time is lost."""
        wall = instant + self.zone.offset(instant)
        return self.expression.count_walls(wall - 1, wall) == 0

    def _next_shown(self, first: int) -> int | None:
        """Return the first instant from ``first`` on at which the clock shows a due time."""
        while True:
            piece = next(self.zone.pieces(first))
            wall = self.expression.next_wall(first + piece.offset - 1)
            if wall is None:
                return None
            if wall - piece.offset < piece.end:
                return wall - piece.offset
            # nothing that was shown before comes again so late: pass over what lies between
            is_past_all = piece.end - first >= SETTLED
            first = max(piece.end, wall - SETTLED) if is_past_all else piece.end

    def _next_reached(self, instant: int) -> int | None:
        """Return the first instant after ``instant`` at which the clock reaches a due time."""
        while True:
            wall = self.expression.next_wall(self.zone.latest_wall(instant))
            if wall is None:
                return None
            instant = self.zone.first_reached(wall)
            excluded = self.expression.days.excluded
            # what a gap moves to an excluded day is not due either
            if not excluded or self.zone.local_date(instant) not in excluded:
                return instant

    def count(self, after: int, until: int) -> int:
        """Return how many due times are later than ``after`` and not later than ``until``.

        Days are counted between changes of the clock, so that years of minutes cost little.
        """
        total, shown = 0, self.zone.latest_wall(after)
        for piece in self.zone.pieces(after + 1):
            if piece.start > until:
                break
            low = max(after + 1, piece.start) + piece.offset - 1
            high = min(until, piece.end - 1) + piece.offset
            if not self.expression.is_wildcard:
                total += self._is_made_up(shown, low)
                low, shown = max(low, shown), max(high, shown)
            total += self.expression.count_walls(low, high) if low < high else 0
        return total

    def _is_made_up(self, shown: int, low: int) -> bool:
        """Return whether what a gap from ``shown`` to ``low`` loses is due by itself at its end."""
        if low <= shown or not self.expression.count_walls(shown, low):
            return False
        is_due_anyway = self.expression.count_walls(low, low + 1) > 0
        return not is_due_anyway and _date(low + 1) not in self.expression.days.excluded


@dataclass(frozen=True)
class IntervalCadence:
    """Every so many elapsed seconds from an anchor on; summer time does not touch it."""

    seconds: int
    anchor: int
    zone: Zone
    excluded: frozenset[date] = frozenset()

    def next_after(self, instant: int) -> int | None:
        """Return the first time of the grid strictly later than an instant."""
        while True:
            steps = max(0, (instant - self.anchor) // self.seconds + 1)
            instant = self.anchor + steps * self.seconds
            if instant > instant_of(FINAL):
                return None
            day = self.zone.local_date(instant)
            if day not in self.excluded:
                return instant
            instant = max(instant, self.zone.first_reached(_midnight(day + timedelta(1))) - 1)

    def count(self, after: int, until: int) -> int:
        """Return how many due times are later than ``after`` and not later than ``until``."""
        total = self._on_grid(after, until)
        for day in self.excluded:
            start, end = _midnight(day), _midnight(day + timedelta(1))
            for piece in self.zone.pieces(start - SETTLED):
                if piece.start > end + SETTLED:
                    break
                low = max(after, max(piece.start, start - piece.offset) - 1)
                high = min(until, min(piece.end, end - piece.offset) - 1)
                total -= self._on_grid(low, high)
        return total

    def _on_grid(self, after: int, until: int) -> int:
        """Return how many times of the grid are in (after, until]."""
        passed = max(0, (until - self.anchor) // self.seconds + 1)
        return max(0, passed - max(0, (after - self.anchor) // self.seconds + 1))


@dataclass(frozen=True)
class OnceCadence:
    """Once, at an instant."""

    at: int

    def next_after(self, instant: int) -> int | None:
        """Return the instant if it is strictly later."""
        return self.at if self.at > instant else None

    def count(self, after: int, until: int) -> int:
        """Return 1 if the instant is later than ``after`` and not later than ``until``."""
        return int(after < self.at <= until)


def _date(wall: int) -> date:
    return date.fromordinal(wall // DAY + EPOCH_DAY)


def _midnight(day: date) -> int:
    """Return the wall time at which a day begins."""
    return (day.toordinal() - EPOCH_DAY) * DAY
