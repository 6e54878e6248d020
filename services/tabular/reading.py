"""What a reader found in a file of time series: everything that a page or a session needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.int64]
Values = NDArray[np.float64]
EPOCH = np.datetime64("1970-01-01T00:00:00", "us")
MAX_ROWS_LISTED = 20


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """How the text is written. Rows are physical lines from 1; None where there is none."""

    encoding: str
    bom: bool
    separator: str
    decimal: str
    thousands: str | None
    newline: str
    header_row: int | None
    unit_row: int | None


@dataclass(frozen=True, kw_only=True)
class TimeColumns:
    """Where the time stands and how it is written: columns from 1, a strftime-like format."""

    columns: tuple[int, ...]
    end_column: int | None
    format: str
    zone: str


@dataclass(frozen=True, kw_only=True)
class StepWidths:
    """Distances in minutes between sorted distinct times.

    ``mean`` is (last - first) / (n - 1). ``offset`` is the minutes of the first time past its full
    hour, modulo the mean step, or "var" where no whole number of steps fills an hour
    (contract 3.1); ``offset_by_median`` is the same for the median step.
    """

    median: float
    min: float
    mean: float
    max: float
    offset: float | str
    offset_by_median: float | str


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Two neighbouring times more than 1.5 median steps apart (microseconds UTC)."""

    after: int
    before: int
    missing: int


@dataclass(frozen=True, kw_only=True)
class SeriesOverview:
    """A picture of a series.

    ``low`` and ``high`` are the range of the values in each of 160 equal spans from its first to
    its last time, NaN where there is none; ``counts`` are the values in each of 40 equal spans
    from the smallest to the largest value.
    """

    low: tuple[float, ...]
    high: tuple[float, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class SeriesStatistics:
    """One value column over all rows that have a time.

    ``numeric_share`` is round(100 numeric / rows, 2); ``sum`` is the sum of all numbers.
    """

    column: int
    name: str | None
    unit: str | None
    numeric_rows: int
    numeric_share: float
    min: float | None
    max: float | None
    sum: float | None
    overview: SeriesOverview | None = None


@dataclass(frozen=True, kw_only=True)
class ColumnView:
    """A column of the file (from 1), read or not; ``kind`` is what its cells are.

    It is "time" for the columns that give the time, "key" for the one that names the series,
    "issue" for the one that says when a value was issued; number, boolean, text or empty else.
    """

    column: int
    name: str | None
    kind: str


@dataclass(frozen=True, kw_only=True)
class IssueTimes:
    """When stored forecasts were issued: microseconds UTC, and how many hours ahead they are."""

    count: int
    first: int
    last: int
    shortest: float
    longest: float


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something a person should know.

    ``stops`` is False for what is merely noted. ``rows`` are at most 20 lines, ``count`` is how
    many there are; ``row`` is the first of them. ``option`` names the import option that
    settles the matter, if one does.
    """

    kind: str
    message: str
    row: int | None = None
    column: int | None = None
    count: int | None = None
    rows: tuple[int, ...] = ()
    warns: bool = True
    option: str | None = None
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ImportQuestion:
    """What the file cannot say: ``field`` is the import option, ``choices`` its right values."""

    kind: str
    field: str
    message: str
    choices: tuple[str | int | tuple[str | int, ...], ...]
    column: int | None = None
    alternatives: tuple[Mapping[str, object], ...] = ()


@dataclass(kw_only=True)
class SeriesReading:
    """A file of time series as it was understood.

    ``rows`` counts the records with a time, before anything is dropped; ``times`` holds sorted
    distinct microseconds UTC and ``values`` one row per time and one column per series, NaN for
    empty or non-numeric cells. Where times come twice with other values, ``values`` has the first
    unless the option ``duplicates`` says otherwise. Stored forecasts have ``issues``: their times
    repeat, once for each time at which a value of them was issued.
    """

    outcome: str
    dialect: Dialect
    time: TimeColumns | None = None
    rows: int = 0
    first_data_row: int | None = None
    last_data_row: int | None = None
    order: str | None = None
    out_of_order_rows: int = 0
    duplicate_rows: int = 0
    duplicate_times: int = 0
    conflicting_times: int = 0
    utc_min: int | None = None
    utc_max: int | None = None
    step: StepWidths | None = None
    gaps: tuple[Gap, ...] = ()
    gap_count: int = 0
    series: tuple[SeriesStatistics, ...] = ()
    columns: tuple[ColumnView, ...] = ()
    issues: IssueTimes | None = None
    findings: tuple[Finding, ...] = ()
    questions: tuple[ImportQuestion, ...] = ()
    head: tuple[tuple[int, tuple[float | None, ...]], ...] = ()
    times: Times = field(default_factory=lambda: np.empty(0, np.int64))
    values: Values = field(default_factory=lambda: np.empty((0, 0), np.float64))


def iso(microseconds: int) -> str:
    """Return ISO 8601 with Z, with a fraction only where there is one."""
    text = str(EPOCH + np.timedelta64(microseconds, "us"))
    return text.removesuffix(".000000").rstrip() + "Z"
