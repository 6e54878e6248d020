"""Turns columns of text into times in UTC and values, block by block."""

from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from services.tabular.bad_rows import BadRow, BadRows, Listed
from services.tabular.blocks import TextBlock
from services.tabular.day_steps import joined_times, refuse_beyond, refuse_outside
from services.tabular.errors import UnreadableTable
from services.tabular.frames import Frame, FrameReader, below_heading
from services.tabular.number_evidence import unit_of_cell
from services.tabular.numbers import Numbers, booleans_of, numbers_of
from services.tabular.plan import Plan
from services.tabular.reading import Times, Values
from services.tabular.time_formats import ELAPSED
from services.tabular.time_parse import parse_times
from services.tabular.typed_rows import TypedRows, can_be_typed, read_typed
from services.tabular.units import is_same_unit, is_unit, real_units
from services.tabular.wall_clock import DAY, MINUTE, Flags
from services.tabular.zones import FoldState, from_midnights, to_utc

_SEVERAL_UNITS = 2


@dataclass(frozen=True)
class TimedRows:
    """Rows of a block that have a time, in file order.

    ``times`` are microseconds UTC, ``values`` (rows, series), ``lines`` physical lines, ``keys``
    the name of each row's series in a long file. ``is_even`` says that lines follow each other.
    """

    times: Times
    values: Values
    lines: NDArray[np.int64]
    keys: pl.Series | None = None
    is_even: bool = False


@dataclass
class Notes:
    """What was seen in the cells while reading."""

    folds: Listed = field(default_factory=Listed)
    first_passes: Listed = field(default_factory=Listed)
    midnights: int = 0
    units: dict[int, set[str]] = field(default_factory=dict)
    words: dict[int, list[str]] = field(default_factory=dict)
    accounting: dict[int, Listed] = field(default_factory=dict)


class RowReader:
    """Reads blocks of one file one after the other."""

    def __init__(self, plan: Plan, *, skip_unreadable: bool = False) -> None:
        self._plan = plan
        self._values = [value.column for value in plan.values]
        self.frames = FrameReader(plan, [*plan.time.columns, *self._values, *plan.keys])
        self.bad = BadRows(plan, skip_unreadable)
        self.notes = Notes()
        self._first_units: dict[int, str] = {}
        self._fold = FoldState()
        self._is_typed = can_be_typed(plan)
        self._is_counted = plan.time.form.steps == ELAPSED and not plan.is_matrix

    def typed(self, block: TextBlock) -> TypedRows | None:
        """Return what the quick path reads of a block, whatever the blocks before hold."""
        if not self._is_typed:
            return None
        return read_typed(below_heading(block, self._plan), self._plan, self._values)

    def read(self, block: TextBlock, typed: TypedRows | None = None) -> TimedRows:
        """Return the rows of the block, of which ``typed`` may be known already.

        Raises ``UnreadableTable``.
        """
        block = self.frames.without_heading(block)
        if typed is not None and self.frames.is_steady:
            self.bad.good_row_follows()
            return self._even(block, typed)
        frame = self.frames.read(block)
        return self._unfolded(frame) if self._plan.is_matrix else self._rows(frame)

    def _even(self, block: TextBlock, typed: TypedRows) -> TimedRows:
        """Return the rows of a block that has nothing odd in it: a row is a line."""
        lines = np.arange(block.first_line, block.first_line + len(typed.times))
        return TimedRows(self._utc(typed.times, lines), typed.values, lines, is_even=True)

    def _rows(self, frame: Frame) -> TimedRows:
        good, times = self._good(frame)
        columns = frame.columns
        if not good.all():
            keep = pl.Series(good)
            columns = {column: cells.filter(keep) for column, cells in columns.items()}
        lines = frame.lines[good]
        values = np.empty((len(lines), len(self._values)))
        for place, column in enumerate(self._values):
            values[:, place] = self._numbers(columns[column], place, lines)
        return TimedRows(self._utc(times[good], lines), values, lines, self._keys(columns))

    def _keys(self, columns: dict[int, pl.Series]) -> pl.Series | None:
        """Return the name of each row's series, of several columns with a dot between."""
        parts = [columns[key].str.strip_chars() for key in self._plan.keys]
        if not parts:
            return None
        whole = parts[0]
        for part in parts[1:]:
            whole = whole + " · " + part
        return whole

    def _good(self, frame: Frame) -> tuple[NDArray[np.bool_], Times]:
        """Return which rows have a time, and wall clock times, or UTC of counted steps."""
        cells = self._time_cells(frame)
        parsed = parse_times(cells, self._plan.time.form)
        refuse_beyond(self._plan, parsed, cells, frame.lines)
        good = parsed.valid.copy()
        if frame.cut is not None and self._is_short(frame, frame.cut):
            good[frame.cut] = False
        if good.all():
            if len(good):
                self.bad.good_row_follows()
        else:
            self._sort_bad(frame, cells, good, parsed.matched)
        self.notes.midnights += int((parsed.midnight24 & good).sum())
        if self._is_counted and parsed.within is not None:
            return self._counted(frame, cells, good, parsed.times, parsed.within)
        return good, parsed.times

    def _counted(
        self, frame: Frame, cells: pl.Series, good: Flags, days: Times, within: Times
    ) -> tuple[Flags, Times]:
        """Return which rows lie in their day, and UTC of steps that are counted through it."""
        times, inside = from_midnights(days, within, self._plan.time.zone)
        for row in np.flatnonzero(good & ~inside):
            line = int(frame.lines[row])
            if not self.bad.skip:
                step, column = (cells[int(row)] or "").strip(), self._plan.time.columns[-1] + 1
                refuse_outside(self._plan, int(days[row]), step, row=line, column=column)
            self.bad.skipped.add(line)
        return good & inside, times

    def _is_short(self, frame: Frame, row: int) -> bool:
        needed = max(*self._plan.time.columns, min(self._values, default=0)) + 1
        return frame.records is not None and frame.records[row].width < needed

    def _time_cells(self, frame: Frame) -> pl.Series:
        return joined_times([frame.columns[column] for column in self._plan.time.columns])

    def _sort_bad(
        self, frame: Frame, cells: pl.Series, good: NDArray[np.bool_], matched: NDArray[np.bool_]
    ) -> None:
        previous = -1
        for row in np.flatnonzero(~good):
            if row > previous + 1:
                self.bad.good_row_follows()
            previous = int(row)
            self.bad.add(self._bad_row(frame, cells, previous, has_form=bool(matched[row])))
        if previous < len(good) - 1:
            self.bad.good_row_follows()

    def _bad_row(self, frame: Frame, cells: pl.Series, row: int, *, has_form: bool) -> BadRow:
        if frame.records is not None:
            own = tuple(frame.records[row].cells)
        else:
            own = tuple(cells[row] or "" for cells in frame.columns.values())
        is_cut = frame.cut == row
        time = (cells[row] or "").strip()
        return BadRow(int(frame.lines[row]), time, own, has_form and not is_cut, is_cut)

    def _numbers(self, cells: pl.Series, place: int, lines: NDArray[np.int64]) -> Values:
        value = self._plan.values[place]
        if value.pair:
            return booleans_of(cells, value.pair).values
        numbers = numbers_of(cells, self._plan.numbers)
        self._note(numbers, value.column, lines)
        if self._plan.key is None:  # in a long file each series has its own
            self._refuse_mixed_units(cells, value.column, lines)
        if numbers.other_mark is not None:
            raise UnreadableTable(
                "mixed_decimal_marks",
                f"{cells[numbers.other_mark]!r} has another decimal mark than the numbers above "
                f"({self._plan.numbers.decimal!r}).",
                row=int(lines[numbers.other_mark]),
                column=value.column + 1,
            )
        if self._plan.missing_codes:
            numbers.values[np.isin(numbers.values, self._plan.missing_codes)] = np.nan
        return numbers.values

    def _refuse_mixed_units(self, cells: pl.Series, column: int, lines: NDArray[np.int64]) -> None:
        """Raise for cells in kWh beside cells in MWh: they would differ by a thousand unseen."""
        if len(real_units(self.notes.units.get(column, set()))) < _SEVERAL_UNITS:
            return
        for line, cell in zip(lines, cells, strict=True):
            unit = unit_of_cell(cell or "")
            if unit is None or not is_unit(unit):
                continue
            first = self._first_units.setdefault(column, unit)
            if not is_same_unit(unit, first):
                raise UnreadableTable(
                    "mixed_units",
                    f"the cell is in {unit!r} and cells above are in {first!r}. Write all values "
                    "of a column in one unit.",
                    row=int(line),
                    column=column + 1,
                )

    def _note(self, numbers: Numbers, column: int, lines: NDArray[np.int64]) -> None:
        for row in numbers.accounting:
            self.notes.accounting.setdefault(column, Listed()).add(int(lines[row]))
        if numbers.units:
            units = self.notes.units.setdefault(column, set())
            if len(real := real_units(units | numbers.units)) == 1:
                self._first_units[column] = real.pop()
            units.update(numbers.units)
        if numbers.words:
            words = self.notes.words.setdefault(column, [])
            words += [word for word in numbers.words if word not in words][: 5 - len(words)]

    def _utc(self, times: Times, lines: NDArray[np.int64]) -> Times:
        """Return UTC. Raises for a local time that the change of the clock leaves out."""
        plan = self._plan.time
        if self._is_counted or plan.form.has_offset or plan.zone == "UTC":
            return times
        converted = to_utc(times, plan.zone, self._fold)
        if converted.missing.any() and not plan.form.is_date_only:
            row = int(np.flatnonzero(converted.missing)[0])
            text = str(np.datetime64(int(times[row]), "us").astype("datetime64[s]")).replace(
                "T", " "
            )
            raise UnreadableTable(
                "nonexistent_local_time",
                f"{text} does not exist in {plan.zone}: the clock is put forward over it. If the "
                "file keeps winter time all year, choose a fixed offset such as '+01:00'.",
                row=int(lines[row]),
                column=plan.columns[0] + 1,
            )
        for line in lines[converted.second]:
            self.notes.folds.add(int(line))
        for line in lines[converted.folds & ~converted.second]:
            self.notes.first_passes.add(int(line))
        return converted.times

    def _unfolded(self, frame: Frame) -> TimedRows:
        """Return a row per cell of a matrix of days and times of day."""
        good, days = self._good(frame)
        keep = pl.Series(good)
        lines = frame.lines[good]
        minutes = np.array([value.minutes or 0 for value in self._plan.values])
        values = np.empty((len(lines), len(minutes)))
        for place, column in enumerate(self._values):
            values[:, place] = self._numbers(frame.columns[column].filter(keep), place, lines)
        midnights = days[good][:, None] // DAY * DAY
        times = (midnights + minutes * MINUTE).ravel()
        flat, all_lines = values.ravel(), np.repeat(lines, len(minutes))
        if self._plan.time.form.steps == ELAPSED:
            return self._counted_matrix(midnights, minutes * MINUTE, values, lines)
        # the hour that the clock leaves out has a column too, which is empty on that day
        filled = ~np.isnan(flat) | ~self._left_out(times)
        # and so is the second of two columns for the hour that comes twice on one day
        second = np.concatenate([[False], minutes[1:] == minutes[:-1]])
        filled &= ~(np.isnan(flat) & np.tile(second, len(lines)))
        return TimedRows(
            self._utc(times[filled], all_lines[filled]), flat[filled][:, None], all_lines[filled]
        )

    def _counted_matrix(
        self, days: Times, within: Times, values: Values, lines: NDArray[np.int64]
    ) -> TimedRows:
        """Return a row per cell of a matrix whose columns are counted through each day."""
        times, inside = from_midnights(days, within, self._plan.time.zone)
        for row, place in np.argwhere(~inside & ~np.isnan(values))[:1]:
            column = self._values[int(place)]
            step = self._plan.names[column].strip()
            place_of = {"row": int(lines[row]), "column": column + 1}
            refuse_outside(self._plan, int(days[row, 0]), step, **place_of)
        of_rows = np.repeat(lines, inside.sum(axis=1))
        return TimedRows(times[inside], values[inside][:, None], of_rows)

    def _left_out(self, times: Times) -> NDArray[np.bool_]:
        plan = self._plan.time
        if plan.form.has_offset or plan.zone == "UTC":
            return np.zeros(len(times), bool)
        return to_utc(times, plan.zone).missing
