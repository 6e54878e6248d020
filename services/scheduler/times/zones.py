"""Time zones by name out of the pinned ``tzdata`` wheel, and what their clocks show.

Instants are whole seconds since 1970 in UTC. A wall time is what the clock of the zone shows,
counted in the same way: instant plus offset. Every gap and every repeated hour of any length
follows from two questions: what is the latest that a clock has ever shown (``latest_wall``), and
when did it first show so much (``first_reached``).
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from datetime import date, timedelta
from difflib import get_close_matches
from functools import cache, lru_cache
from importlib.metadata import version
from importlib.resources import files
from itertools import takewhile
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.scheduler.times.errors import BadZone
from services.scheduler.times.moments import moment_of

DAY = 86400
_NEVER = 1 << 62  # later than any end
# No clock is put forward or back by more than a day, and never twice in this time: the shortest
# time between two changes in tzdata is nearly seven days.
SETTLED = 2 * DAY
_PROBE = 3 * DAY
_BLOCK = 129 * _PROBE
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])0?([0-9]{1,2})(?::?00)?", re.IGNORECASE)


class Piece(NamedTuple):
    """Seconds from ``start`` to before ``end`` in which the offset is the same."""

    start: int
    end: int
    offset: int


@cache
def tzdata_version() -> str:
    """Return the version of the rules of all zones, such as ``2026.6``."""
    return version("tzdata")


@cache
def zone_names() -> frozenset[str]:
    """Return the name of every zone and link in the wheel."""
    text = files("tzdata").joinpath("zones").read_text(encoding="utf-8")
    return frozenset(text.split())


def make_zone(name: object) -> "Zone":
    """Return the zone of an IANA name.

    Raises BadZone if no zone has exactly that name; the sentence has the nearest that does.
    """
    if isinstance(name, str) and name in zone_names():
        return _zone(name)
    given = str(name)[:60]
    detail = f"timezone: there is no zone {given!r}. {_advice(given)}"
    raise BadZone(detail, field="timezone", part="timezone")


def _advice(given: str) -> str:
    if (match := _OFFSET.fullmatch(given)) and (name := _of_offset(*match.groups())):
        return f"Write the name of a place, or {name}, whose sign is the other way round."
    by_plain = {name.casefold(): name for name in sorted(zone_names())}
    near = get_close_matches(given.casefold(), by_plain, n=1, cutoff=0.6)
    if near and not match:
        return f"The nearest name is {by_plain[near[0]]}."
    return "Write the name of a place such as Europe/Vienna, or UTC."


def _of_offset(sign: str, hours: str) -> str | None:
    """Return the zone of a fixed offset; as in POSIX, Etc/GMT-2 is two hours ahead."""
    name = f"Etc/GMT{'-' if sign == '+' else '+'}{hours}"
    return name if name in zone_names() else None


@cache
def _zone(name: str) -> "Zone":
    return Zone(name)


class Zone:
    """The clock of a place. Two of one name are equal."""

    def __init__(self, name: str) -> None:
        self.name = name
        with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
            self.info = ZoneInfo.from_file(file, key=name)
        self._blocks = lru_cache(maxsize=64)(self._read_block)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Zone) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)

    def offset(self, instant: int) -> int:
        """Return by how many seconds the clock is ahead of UTC."""
        offset = moment_of(instant).astimezone(self.info).utcoffset()
        return int((offset or timedelta()).total_seconds())

    def local_date(self, instant: int) -> date:
        """Return the date that the clock's calendar shows."""
        return moment_of(instant + self.offset(instant)).date()

    def pieces(self, instant: int) -> Iterator[Piece]:
        """Yield the piece that holds an instant, then those after it, without end.

        Two neighbours may have the same offset.
        """
        block = instant // _BLOCK
        pieces = self._blocks(block)
        place = bisect_right(pieces, (instant, _NEVER, 0)) - 1
        while True:
            yield from pieces[place:]
            block, place = block + 1, 0
            pieces = self._blocks(block)

    def latest_wall(self, instant: int) -> int:
        """Return the latest wall time that the clock has shown until an instant.

        In a repeated hour that is the end of the first pass, an hour ahead of the clock.
        """
        latest = -_NEVER
        for piece in self.pieces(instant - SETTLED):
            latest = max(latest, min(piece.end - 1, instant) + piece.offset)
            if piece.end > instant:
                break
        return latest

    def is_repeated(self, instant: int) -> bool:
        """Return whether the clock shows the same at another instant too, before or after."""
        wall = instant + self.offset(instant)
        if wall < self.latest_wall(instant):
            return True
        near = takewhile(lambda piece: piece.start <= instant + DAY, self.pieces(instant))
        return any(one.start > instant and one.start + one.offset <= wall for one in near)

    def first_reached(self, wall: int) -> int:
        """Return the first instant at which the clock shows ``wall`` or later.

        Of a repeated time that is the first one, of one that does not exist the end of the gap.
        """
        for piece in self.pieces(wall - SETTLED):
            instant = max(piece.start, wall - piece.offset)
            if instant < piece.end:
                return instant
        raise AssertionError  # pieces never end

    def _read_block(self, block: int) -> tuple[Piece, ...]:
        """Return the pieces of a stretch of time: a probe every few days, then halves."""
        start, end = block * _BLOCK, (block + 1) * _BLOCK
        probes = range(start, end, _PROBE)
        changed = [low for low in probes if self.offset(low) != self.offset(low + _PROBE)]
        edges = [start, *(self._change_between(low, low + _PROBE) for low in changed)]
        offsets = [self.offset(edge) for edge in edges]
        return tuple(map(Piece, edges, [*edges[1:], end], offsets))

    def _change_between(self, low: int, high: int) -> int:
        before = self.offset(low)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.offset(middle) == before else (low, middle)
        return high
