"""One field of a cron expression: lists, ranges, steps, names, L and #."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from services.scheduler.times.days import LAST
from services.scheduler.times.errors import BadSyntax, OutOfRange

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
MAX_WEEKS = 5  # no month has a sixth one of a weekday
_DIGITS = re.compile(r"[0-9]+")
_SHOWN = 30  # characters of what is wrong


@dataclass(frozen=True)
class FieldKind:
    """What a field may hold. ``top`` ends a range that is written as ``N/step``."""

    part: str
    low: int
    top: int
    names: Mapping[str, int] = field(default_factory=dict)


MINUTE = FieldKind("minute", 0, 59)
HOUR = FieldKind("hour", 0, 23)
DAY_OF_MONTH = FieldKind("day_of_month", 1, 31)
MONTH = FieldKind("month", 1, 12, MappingProxyType({n: i for i, n in enumerate(MONTHS, 1)}))
DAY_OF_WEEK = FieldKind(
    "day_of_week", 0, 7, MappingProxyType({n: i for i, n in enumerate(WEEKDAYS)})
)
KINDS = (MINUTE, HOUR, DAY_OF_MONTH, MONTH, DAY_OF_WEEK)


@dataclass(frozen=True)
class FieldValues:
    """What a field names. ``last_day`` is L in day of month, ``numbered`` are 5L and 5#2."""

    values: frozenset[int]
    numbered: frozenset[tuple[int, int]] = frozenset()
    last_day: bool = False


def read_field(kind: FieldKind, text: str, column: int) -> FieldValues:
    """Return what a field names; ``column`` is where it begins in the expression.

    Raises BadSyntax if it cannot be read, OutOfRange for a number or a step that it does not have.
    """
    values: set[int] = set()
    numbered: set[tuple[int, int]] = set()
    last_day = False
    for item in _items(kind, text, column):
        if kind is DAY_OF_MONTH and item.text == "L":
            last_day = True
        elif kind is DAY_OF_WEEK and (pair := _numbered(item)):
            numbered.add(pair)
        else:
            values.update(_values(item))
    if kind is DAY_OF_WEEK:
        values = {one % 7 for one in values}
    return FieldValues(frozenset(values), frozenset(numbered), last_day)


@dataclass(frozen=True)
class CronItem:
    """One of the texts between commas: in capitals, as given, and where it begins."""

    kind: FieldKind
    text: str
    given: str
    column: int

    def bad(self, advice: str) -> BadSyntax:
        """Return the error that ends with how it would be right."""
        detail = f"{self.kind.part}: {self._shown} at column {self.column} cannot be read. {advice}"
        return BadSyntax(detail, part=self.kind.part, column=self.column)

    def beyond(self, advice: str) -> OutOfRange:
        """Return the error that ends with which numbers there are."""
        detail = (
            f"{self.kind.part}: {self._shown} at column {self.column} is out of range. {advice}"
        )
        return OutOfRange(detail, part=self.kind.part, column=self.column)

    @property
    def _shown(self) -> str:
        return repr(self.given[:_SHOWN])


def _items(kind: FieldKind, text: str, column: int) -> Iterator[CronItem]:
    for item in text.split(","):
        if not item:
            detail = (
                f"{kind.part}: beside the comma at column {column} there is nothing."
                " Write a value, or leave out the comma."
            )
            raise BadSyntax(detail, part=kind.part, column=column)
        # capitals of some other letters are ASCII: those stay as they are, and are refused
        yield CronItem(kind, item.upper() if item.isascii() else item, item, column)
        column += len(item) + 1


def _numbered(item: CronItem) -> tuple[int, int] | None:
    """Return (weekday, number in the month) of 5#2 or 5L, None for anything else."""
    day, mark, number = item.text.partition("#")
    if not mark:
        if len(item.text) > 1 and item.text.endswith("L") and item.text[:-1].isalnum():
            return _number(item, item.text[:-1]) % 7, LAST
        return None
    weekday = _number(item, day) % 7
    if not _DIGITS.fullmatch(number):
        raise item.bad("Write 5#2 for the second Friday of the month.")
    if not 1 <= _int(number) <= MAX_WEEKS:
        raise item.beyond(f"After # come 1 to {MAX_WEEKS}; for the last Friday write 5L.")
    return weekday, int(number)


def _values(item: CronItem) -> range:
    """Return the numbers of ``*``, ``N``, ``N-M``, and each with ``/step``."""
    whole, slash, step = item.text.partition("/")
    every = _step(item, step) if slash else 1
    low, dash, high = whole.partition("-")
    if whole == "*":
        start, stop = item.kind.low, item.kind.top
    elif not dash:
        start = _number(item, low)
        stop = item.kind.top if slash else start
    elif low and high:
        start, stop = _number(item, low), _number(item, high)
    else:
        raise item.bad(f"A range has two ends, such as {_range_of(item.kind)}.")
    if start > stop:
        raise item.bad(f"It runs backwards: write {_wrapped(item.kind, start, stop, every)}.")
    return range(start, stop + 1, every)


def _step(item: CronItem, text: str) -> int:
    if not _DIGITS.fullmatch(text):
        raise item.bad(f"After / comes a whole number, such as in {_range_of(item.kind)}/2.")
    step = _int(text)
    if step == 0:
        raise item.beyond("The smallest step is 1.")
    return step


def _number(item: CronItem, text: str) -> int:
    """Return the number of a name or of ASCII digits; ``isdigit`` takes more than those."""
    if text in item.kind.names:
        return item.kind.names[text]
    if not _DIGITS.fullmatch(text):
        raise item.bad(_advice(item))
    number = _int(text)
    if not item.kind.low <= number <= item.kind.top:
        raise item.beyond(f"Its numbers go from {item.kind.low} to {item.kind.top}.")
    return number


def _int(digits: str) -> int:
    """Return the number; one of very many digits is only known to be large."""
    return int(digits) if len(digits.lstrip("0")) < 10 else 10**10


def _advice(item: CronItem) -> str:
    """Return how to write what other schedulers write so."""
    kind, text = item.kind, item.text
    if "?" in text:
        return "Write * instead of ?."
    if kind is DAY_OF_MONTH and "W" in text:
        return "W is not used here: write a day, or 1-5 as day_of_week."
    if kind is DAY_OF_MONTH and "L" in text:
        return "L alone is the last day of the month; no other L is used here."
    if kind is DAY_OF_WEEK and "L" in text:
        return "Write 5L for the last Friday of the month, 6 for every Saturday."
    if text[0] in "HR":
        return "Write a number, and spread the start with jitter_s."
    name = f", or a name such as {list(kind.names)[1]}" if kind.names else ""
    return f"Write *, {_range_of(kind)}, a list or a step such as */2{name}."


def _range_of(kind: FieldKind) -> str:
    return f"{kind.low}-{kind.top}"


def _wrapped(kind: FieldKind, start: int, stop: int, step: int) -> str:
    """Return the list that a range over the end of its field stands for."""
    top = 6 if kind is DAY_OF_WEEK else kind.top
    if step > 1:
        values = [*range(start, top + 1), *range(kind.low, stop + 1)][::step]
        return ",".join(str(value) for value in values)
    pairs = [(start, top), (kind.low, stop)] if start <= top else [(kind.low, stop)]
    return ",".join(f"{low}-{high}" if low < high else f"{low}" for low, high in pairs)
