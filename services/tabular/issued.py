"""Reads a file of stored forecasts: each value has a time, and one at which it was issued.

The second stands in a column of its own (``issue_column``), or the time column is the one of issue
and another says how many hours ahead a value is (``lead_column``).
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from services.tabular import column_findings as column_words
from services.tabular import findings as words
from services.tabular import series_findings as series_words
from services.tabular import time_findings as time_words
from services.tabular.column_statistics import ColumnStatistics
from services.tabular.duplicates import Distinct, settle
from services.tabular.errors import UnreadableTable
from services.tabular.gather import FilePass, gather
from services.tabular.numbers import numbers_of
from services.tabular.options import ImportOptions, refuse_option
from services.tabular.overview import of_table
from services.tabular.reading import (
    Finding,
    IssueTimes,
    SeriesOverview,
    SeriesReading,
    SeriesStatistics,
    Times,
    Values,
)
from services.tabular.sniff import Sniffed
from services.tabular.store import write_parquet
from services.tabular.time_formats import TimeFormat
from services.tabular.time_parse import parse_times
from services.tabular.time_shapes import shape_of
from services.tabular.time_statistics import analyse_steps
from services.tabular.wall_clock import HOUR
from services.tabular.wording import columns_of, dialect_of, outcome_of, time_of
from services.tabular.zones import to_utc


def read_issued(
    path: Path, sniffed: Sniffed, options: ImportOptions, target: Path | None
) -> SeriesReading:
    """Read the file into rows that are sorted by time and, within it, by when they were issued.

    A pair of times that comes twice is settled as a time is elsewhere. Raises UnreadableTable with
    row and column for an issue time or a lead that cannot be read, Invalid for ``differences``.
    """
    if options.differences:
        refuse_option("differences", list(options.differences), "nothing for stored forecasts")
    gathered = gather(path, sniffed.plan, skip_unreadable=options.skip_unreadable)
    times, values = gathered.store.table()
    keys = pl.concat(gathered.keys)
    if options.lead_column is not None:
        issued, times = times, times + _leads(keys, sniffed, gathered)
    else:
        issued = _issue_times(keys, sniffed, gathered)
    pairs, place = np.unique(np.stack([times, issued], axis=1), axis=0, return_inverse=True)
    distinct = settle(place.reshape(-1), values, options.duplicates)
    settled = replace(distinct, times=pairs[:, 0])
    return _Issued(sniffed, gathered, settled, pairs[:, 1]).reading(target)


def _leads(keys: pl.Series, sniffed: Sniffed, gathered: FilePass) -> Times:
    """Return the leads in microseconds."""
    hours = numbers_of(keys, sniffed.plan.numbers).values
    wrong = np.flatnonzero(~np.isfinite(hours) | (np.abs(hours) > 24 * 366 * 10))
    if len(wrong):
        _refuse(keys, int(wrong[0]), sniffed, gathered, "number of hours between issue and time")
    return np.asarray(np.rint(hours * HOUR), dtype=np.int64)


def _issue_times(keys: pl.Series, sniffed: Sniffed, gathered: FilePass) -> Times:
    """Return the issue times in UTC; each distinct text is parsed once."""
    texts, place = np.unique(keys.fill_null("").to_numpy(), return_inverse=True)
    cells, plan = pl.Series(texts, dtype=pl.String), sniffed.plan.time
    form = _form_of(cells, plan.form)
    parsed = parse_times(cells, form)
    if not parsed.valid.all():
        row = int(np.flatnonzero(~parsed.valid[place])[0])
        _refuse(keys, row, sniffed, gathered, "time at which the value was issued")
    local = parsed.times
    if not (form.has_offset or plan.zone in ("UTC", "offset in file")):
        local = to_utc(local, plan.zone).times
    return np.asarray(local[place], dtype=np.int64)


def _form_of(cells: pl.Series, form: TimeFormat) -> TimeFormat:
    """Return the form of issue times: that of the times, or their own with the same date order."""
    if parse_times(cells, form).valid.all():
        return form
    shapes = [shape for cell in cells if (shape := shape_of(cell)) is not None]
    if not shapes:
        return form
    shape = shapes[0]
    for other in shapes[1:]:
        shape = replace(
            shape,
            seconds=shape.seconds or other.seconds,
            fraction=shape.fraction or other.fraction,
            zone=max(shape.zone, other.zone),
        )
    return replace(form, kind="text", shape=shape)


def _refuse(keys: pl.Series, row: int, sniffed: Sniffed, gathered: FilePass, right: str) -> None:
    key = sniffed.plan.key or 0
    raise UnreadableTable(
        "unreadable_issue_time",
        f"{str(keys[row])[:40]!r} is no {right}.",
        row=gathered.lines.line(row),
        column=key + 1,
    )


@dataclass
class _Issued:
    sniffed: Sniffed
    gathered: FilePass
    distinct: Distinct
    issued: Times

    def reading(self, target: Path | None) -> SeriesReading:
        """Return everything that was found."""
        gathered, plan, distinct = self.gathered, self.sniffed.plan, self.distinct
        columns = [_column(distinct.values[:, place]) for place in range(len(plan.values))]
        kept = [place for place, column in enumerate(columns) if column.numeric]
        if not kept:
            gathered.refuse_without_numbers()
        times, values = distinct.times, distinct.values[:, kept]
        analysis = analyse_steps(np.unique(times))
        findings = self._findings()
        if target is not None:
            write_parquet(target, times, values, self.issued)
        return SeriesReading(
            outcome=outcome_of(findings),
            dialect=dialect_of(plan, gathered.ends.newline),
            time=time_of(plan, has24=gathered.reader.notes.midnights > 0),
            rows=gathered.order.rows,
            first_data_row=gathered.lines.line(0),
            last_data_row=gathered.last_line,
            duplicate_rows=len(distinct.repeated),
            duplicate_times=distinct.times_repeated,
            conflicting_times=distinct.times_conflicting,
            utc_min=int(times[0]),
            utc_max=int(times[-1]),
            step=analysis.steps if analysis else None,
            gaps=analysis.gaps if analysis else (),
            gap_count=analysis.gap_count if analysis else 0,
            series=tuple(
                self._statistics(place, columns[place], len(times), picture)
                for place, picture in zip(kept, of_table(times, values), strict=True)
            ),
            columns=columns_of(self.sniffed, key="issue"),
            issues=self._issues(),
            findings=tuple(findings),
            head=tuple(
                (int(times[row]), tuple(_cell(one) for one in values[row]))
                for row in range(min(2, len(times)))
            ),
            times=times if target is None else np.empty(0, np.int64),
            values=values if target is None else np.empty((0, len(kept))),
        )

    def _issues(self) -> IssueTimes:
        ahead = self.distinct.times - self.issued
        return IssueTimes(
            count=len(np.unique(self.issued)),
            first=int(self.issued.min()),
            last=int(self.issued.max()),
            shortest=float(ahead.min()) / HOUR,
            longest=float(ahead.max()) / HOUR,
        )

    def _findings(self) -> list[Finding]:
        gathered, sniffed, plan = self.gathered, self.sniffed, self.sniffed.plan
        taken = [*plan.time.columns, *([plan.key] if plan.key is not None else [])]
        findings = words.of_dialect(sniffed, gathered.ends)
        findings += words.of_header(sniffed.header, plan)
        findings += time_words.of_time(plan, gathered.reader.notes)
        findings += words.of_rows(
            gathered.reader.bad, gathered.reader.frames.ragged, sniffed.header
        )
        findings += column_words.of_columns(sniffed, gathered.reader.notes, taken)
        return findings + series_words.of_duplicates(self.distinct, gathered.lines)

    def _statistics(
        self, place: int, column: ColumnStatistics, rows: int, picture: SeriesOverview | None
    ) -> SeriesStatistics:
        value = self.sniffed.plan.values[place]
        one = SeriesStatistics(
            column=value.column + 1,
            name=value.name,
            unit=value.unit,
            numeric_rows=column.numeric,
            numeric_share=round(100 * column.numeric / rows, 2),
            min=column.low,
            max=column.high,
            sum=column.total,
        )
        return replace(one, overview=picture)


def _column(values: Values) -> ColumnStatistics:
    column = ColumnStatistics()
    column.add(values, 0)
    column.end()
    return column


def _cell(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
