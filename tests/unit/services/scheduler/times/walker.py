"""An oracle: it walks over the wall clock minute by minute, and reads no expression.

Made-up expressions come with the values that they stand for.
"""

import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from itertools import pairwise

from hypothesis import strategies as st

MINUTE = timedelta(minutes=1)
# longer than the longest change of a clock
LONG_BEFORE = timedelta(hours=27)


@dataclass(frozen=True)
class Field:
    """A field as text, and the values that it stands for."""

    text: str
    values: frozenset[int]

    @property
    def is_star(self):
        return self.text.startswith("*")


@dataclass(frozen=True)
class Expression:
    """Five fields; weekdays count from 0 = Sunday."""

    fields: tuple[Field, ...]

    @property
    def text(self):
        return " ".join(field.text for field in self.fields)

    @property
    def is_wildcard(self):
        return self.fields[0].is_star or self.fields[1].is_star

    def matches(self, wall):
        minute, hour, day, month, weekday = (field.values for field in self.fields)
        if wall.minute not in minute or wall.hour not in hour or wall.month not in month:
            return False
        by_day, by_weekday = wall.day in day, wall.isoweekday() % 7 in weekday
        if self.fields[2].is_star or self.fields[4].is_star:
            return by_day and by_weekday
        return by_day or by_weekday


def field(low, high, top=None):
    """Return a strategy of fields with numbers from ``low`` to ``high``; stars end at ``top``."""
    number, whole = st.integers(low, high), range(low, (top or high) + 1)
    star = st.just(Field("*", frozenset(whole)))
    step = st.integers(1, high).map(lambda n: Field(f"*/{n}", frozenset(whole[::n])))
    values = st.lists(number, min_size=1, max_size=4).map(
        lambda some: Field(",".join(map(str, some)), frozenset(some))
    )
    spans = st.tuples(number, number, st.integers(1, 4)).map(
        lambda t: Field(
            f"{min(t[:2])}-{max(t[:2])}/{t[2]}",
            frozenset(range(min(t[:2]), max(t[:2]) + 1, t[2])),
        )
    )
    return st.one_of(star, step, values, spans)


STARS = st.tuples(*(st.just(Field("*", frozenset(range(32)))) for _ in range(3)))
EXPRESSIONS = st.one_of(
    st.tuples(field(0, 59), field(0, 4, 23), STARS).map(lambda t: Expression((t[0], t[1], *t[2]))),
    st.tuples(field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 6)).map(Expression),
)


def walk(expression, info, start, until):
    """Yield the due times in (start, until]: what an observer of the clock would note down."""
    shown = max(
        (start - LONG_BEFORE + n * MINUTE).astimezone(info).replace(tzinfo=None)
        for n in range(LONG_BEFORE // MINUTE + 1)
    )
    moment = start
    while (moment := moment + MINUTE) <= until:
        wall = moment.astimezone(info).replace(tzinfo=None)
        if expression.is_wildcard:
            is_due = expression.matches(wall)
        else:
            new = range(1, (wall - shown) // MINUTE + 1)
            is_due = any(expression.matches(shown + n * MINUTE) for n in new)
            shown = max(shown, wall)
        if is_due:
            yield moment


def changes(zone):
    """Return (instant, offset before, offset after) of each change in a zone's file.

    Read by RFC 8536, version 2 and later; the rule for the years after the table is left out.
    """
    data = files("tzdata").joinpath("zoneinfo", *zone.split("/")).read_bytes()
    start, counts = 0, struct.unpack(">20x6l", data[:44])
    is_ut, is_std, leaps, times, kinds, chars = counts
    start = 44 + times * 5 + kinds * 6 + chars + leaps * 8 + is_std + is_ut
    times, kinds = struct.unpack(">20x6l", data[start : start + 44])[3:5]
    instants = struct.unpack_from(f">{times}q", data, start + 44)
    places = data[start + 44 + 8 * times :][:times]
    table = start + 44 + 9 * times
    offsets = [struct.unpack_from(">l", data, table + 6 * n)[0] for n in range(kinds)]
    states = [(None, offsets[0]), *((t, offsets[n]) for t, n in zip(instants, places, strict=True))]
    return [(b[0], a[1], b[1]) for a, b in pairwise(states) if a[1] != b[1]]


def moment_of(instant):
    """Return seconds since 1970 as a moment."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=instant)
