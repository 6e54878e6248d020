"""What a report is made of: sections with tables, and marks that draw a number beside itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDTH, EDGE = 160.0, 4.0  # of a mark, in pixels


@dataclass(frozen=True, kw_only=True)
class IntervalMark:
    """A value with its interval, and the margin around zero, as places from 0 to WIDTH."""

    value: float
    low: float | None
    high: float | None
    margin_low: float
    margin_high: float


@dataclass(frozen=True, kw_only=True)
class BarMark:
    """A share of the width."""

    width: float


Cell = str | IntervalMark | BarMark


@dataclass(frozen=True, kw_only=True)
class Heading:
    """The head of a column; numbers are set to the right."""

    text: str
    is_number: bool = True


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows of cells as long as the headings; the first cell of a row is its head."""

    name: str
    headings: Sequence[Heading]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True, kw_only=True)
class ReportSection:
    """A part of a report."""

    title: str
    paragraphs: Sequence[str] = ()
    tables: Sequence[Table] = ()


class Scale:
    """From rating points to places of a mark; zero is in the middle."""

    def __init__(self, values: Iterable[float | None], margin: float) -> None:
        known = [abs(value) for value in values if value is not None]
        self._limit = max([*known, margin, 0.1])
        self._margin = margin

    def mark(self, value: float | None, low: float | None, high: float | None) -> Cell:
        """Return the mark of a value; an empty cell of none."""
        if value is None:
            return ""
        return IntervalMark(
            value=self._place(value),
            low=None if low is None else self._place(low),
            high=None if high is None else self._place(high),
            margin_low=self._place(-self._margin),
            margin_high=self._place(self._margin),
        )

    def _place(self, value: float) -> float:
        half = WIDTH / 2
        return round(half + (half - EDGE) * value / self._limit, 1)


def bar(share: float | None) -> Cell:
    """Return a bar as wide as a share."""
    return BarMark(width=round(WIDTH * (share or 0.0), 1))


def headings(*texts: str, words: int = 1) -> list[Heading]:
    """Return headings of which the first ``words`` are of words, and the rest of numbers."""
    return [Heading(text=text, is_number=place >= words) for place, text in enumerate(texts)]
