"""How often a schedule is due in each quarter of an hour, without listing its due times.

Every clock of today is ahead of UTC by whole quarters of an hour, so that quarters add up to the
hours of any zone. Where the clock of a schedule changes, its own counting is used.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from services.scheduler.times.cadences import Cadence, CronCadence, IntervalCadence, OnceCadence
from services.scheduler.times.days import EPOCH_DAY
from services.scheduler.times.zones import DAY, SETTLED, Piece, Zone

SLOT = 900  # seconds


@dataclass(frozen=True)
class Quarters:
    """``number`` quarters of an hour from ``begin`` on, an instant that is a multiple of SLOT."""

    begin: int
    number: int

    @property
    def end(self) -> int:
        """The instant at which the last one is over."""
        return self.begin + self.number * SLOT

    def place(self, instant: int) -> int:
        """Return the slot that holds an instant, within 0 to ``number``."""
        return min(max(0, (instant - self.begin) // SLOT), self.number)

    def covering(self, low: int, high: int) -> range:
        """Return the slots that begin in [low, high)."""
        return range(self.place(low + SLOT - 1), self.place(high + SLOT - 1))


def count_slots(cadence: Cadence, slots: Quarters) -> list[int]:
    """Return by slot how often a cadence is due."""
    counts = [0] * slots.number
    if isinstance(cadence, OnceCadence):
        if slots.begin <= cadence.at < slots.end:
            counts[slots.place(cadence.at)] = 1
    elif isinstance(cadence, IntervalCadence):
        _add_interval(cadence, slots, counts)
    elif isinstance(cadence, CronCadence):
        _add_cron(cadence, slots, counts)
    return counts


def count_exactly(cadence: Cadence, slots: Quarters, place: int) -> int:
    """Return how often a cadence is due in one slot, as its own counting has it."""
    begin = slots.begin + place * SLOT
    return cadence.count(begin - 1, begin + SLOT - 1)


def _add_interval(cadence: IntervalCadence, slots: Quarters, counts: list[int]) -> None:
    if cadence.seconds >= SLOT:
        behind = max(0, -(-(slots.begin - cadence.anchor) // cadence.seconds))
        first = cadence.anchor + behind * cadence.seconds - slots.begin
        for passed in range(first, slots.number * SLOT, cadence.seconds):
            counts[passed // SLOT] += 1
    else:
        edges = range(slots.begin - 1, slots.end, SLOT)
        steps = [max(0, (edge - cadence.anchor) // cadence.seconds + 1) for edge in edges]
        counts[:] = [after - before for before, after in pairwise(steps)]
    for day in cadence.excluded:
        midnight = (day.toordinal() - EPOCH_DAY) * DAY
        low, high = (cadence.zone.first_reached(midnight + one) for one in (0, DAY))
        for place in slots.covering(low, high):
            counts[place] = 0


def _add_cron(cadence: CronCadence, slots: Quarters, counts: list[int]) -> None:
    before: int | None = None
    for piece in _pieces(cadence.zone, slots):
        shift = 0 if before is None else abs(piece.offset - before)
        settled = min(piece.end, piece.start + shift + SLOT)
        if shift:
            for place in slots.covering(piece.start, settled):
                counts[place] = count_exactly(cadence, slots, place)
        _add_settled(cadence, piece, slots.covering(settled, piece.end), slots, counts)
        if not shift:
            _add_settled(cadence, piece, slots.covering(piece.start, settled), slots, counts)
        before = piece.offset


def _pieces(zone: Zone, slots: Quarters) -> Iterator[Piece]:
    for piece in zone.pieces(slots.begin - SETTLED):
        if piece.start >= slots.end:
            return
        yield piece


def _add_settled(
    cadence: CronCadence, piece: Piece, places: range, slots: Quarters, counts: list[int]
) -> None:
    """Count where the offset of the clock has been the same for a while."""
    if not places:
        return
    first = slots.begin + places.start * SLOT + piece.offset
    last = slots.begin + places.stop * SLOT - 1 + piece.offset
    shape = _shape(cadence.expression.minutes)
    for day in range(first // DAY, last // DAY + 1):
        if cadence.expression.days.has(day):
            base = (day * DAY - piece.offset - slots.begin) // SLOT
            for quarter, number in shape:
                if places.start <= base + quarter < places.stop:
                    counts[base + quarter] = number


@lru_cache(maxsize=4096)
def _shape(minutes: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """Return for minutes of a day how many lie in each quarter of an hour that has any."""
    counts: dict[int, int] = {}
    for minute in minutes:
        counts[minute // 15] = counts.get(minute // 15, 0) + 1
    return tuple(counts.items())
