"""How a file is to be read, as found from a sample of it and from what the person said."""

from dataclasses import dataclass

from services.tabular.encoding import Encoding
from services.tabular.number_evidence import NumberForm
from services.tabular.time_formats import TimeFormat


@dataclass(frozen=True, kw_only=True)
class TimePlan:
    """Which columns (from 0) hold the time, in which format and zone.

    Two columns are a date and a time of day. ``end`` is the column with the end of an interval.
    """

    columns: tuple[int, ...]
    form: TimeFormat
    zone: str
    end: int | None = None


@dataclass(frozen=True, kw_only=True)
class ValueColumn:
    """A column (from 0) of values, or of words for yes and no if ``pair`` is set."""

    column: int
    name: str | None
    unit: str | None
    pair: tuple[str, str] | None = None
    minutes: int | None = None


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything that reading the whole file needs.

    ``width`` is the number of columns, ``row_width`` the number of cells that most rows have;
    ``heading`` the records before the data, with which repeated headers are compared. In a day
    matrix each value column has its ``minutes`` past midnight. ``key`` is the column of a long
    file that names the series, ``more_keys`` those that do so together with it. Numbers among
    ``missing_codes`` stand for no value.
    """

    encoding: Encoding
    separator: str
    padded: bool
    header_row: int | None
    unit_row: int | None
    first_line: int
    width: int
    row_width: int
    heading: frozenset[tuple[str, ...]]
    names: tuple[str, ...]
    time: TimePlan
    numbers: NumberForm
    values: tuple[ValueColumn, ...]
    key: int | None = None
    more_keys: tuple[int, ...] = ()
    missing_codes: tuple[float, ...] = ()

    @property
    def keys(self) -> tuple[int, ...]:
        """The columns that name the series; none in a wide file."""
        return () if self.key is None else (self.key, *self.more_keys)

    @property
    def is_matrix(self) -> bool:
        """Whether a row is a day and a column a time of day."""
        return any(value.minutes is not None for value in self.values)
