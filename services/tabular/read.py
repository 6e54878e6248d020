"""Reads a file of time series: what it holds, what is odd about it, and what must be asked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from services.tabular import column_findings as column_words
from services.tabular import findings as words
from services.tabular import series_findings as series_words
from services.tabular import time_findings as time_words
from services.tabular.day_steps import BEYOND
from services.tabular.duplicates import Distinct, differences, settle
from services.tabular.errors import UnreadableTable
from services.tabular.gather import FilePass, gather
from services.tabular.issued import read_issued
from services.tabular.late_evidence import (
    marks_beyond_sample,
    settle_questions,
    steps_beyond_sample,
)
from services.tabular.long_reading import read_long
from services.tabular.options import ImportOptions, refuse_option
from services.tabular.overview import MAX_SERIES, of_table, overviews, ranges_of
from services.tabular.reading import (
    Finding,
    ImportQuestion,
    SeriesOverview,
    SeriesReading,
    SeriesStatistics,
    Times,
    Values,
)
from services.tabular.series_keys import key_question
from services.tabular.sniff import Sniffed, sniff
from services.tabular.store import ParquetRows, write_parquet
from services.tabular.time_formats import WALL_CLOCK
from services.tabular.time_statistics import StepAnalysis, analyse_steps
from services.tabular.units import real_units
from services.tabular.wording import columns_of, dialect_of, outcome_of, time_of

LATE_FINDS = ("marks of numbers", "steps of the day")  # each is looked for once


def read_series(path: Path, options: ImportOptions | None = None) -> SeriesReading:
    """Read the whole file into memory.

    Raises ``UnreadableTable`` with row and column for what cannot be read, ``Invalid`` for
    options that do not fit the file. Where the file leaves a question open, ``outcome`` is "ask"
    and there are no values.
    """
    return _read(path, options or ImportOptions(), None)


def read_series_to_parquet(path: Path, options: ImportOptions, target: Path) -> SeriesReading:
    """Read the file and write its values to ``target``, in memory that does not grow with it.

    ``times`` and ``values`` of the answer are empty. Columns of the Parquet file are ``time``
    (UTC microseconds) and "0", "1", … in the order of ``series``. Nothing is written where a
    question is open.
    """
    return _read(path, options, target)


def _read(path: Path, options: ImportOptions, target: Path | None) -> SeriesReading:
    sniffed = settle_questions(path, sniff(path, options))
    for _ in LATE_FINDS:
        try:
            return _read_as(path, sniffed, options, target)
        except UnreadableTable as error:
            settled = _settled_late(path, sniffed, options, error)
            if settled is None:
                raise
            sniffed = settled
    return _read_as(path, sniffed, options, target)


def _settled_late(
    path: Path, sniffed: Sniffed, options: ImportOptions, error: UnreadableTable
) -> Sniffed | None:
    """Return how the file is to be read after a row beyond the sample; None if it cannot be."""
    if error.kind == "mixed_decimal_marks" and sniffed.marks.assumed:
        return marks_beyond_sample(path, sniffed)
    if error.kind == BEYOND and sniffed.plan.time.form.steps == WALL_CLOCK:
        return steps_beyond_sample(path, sniffed, options.timezone)
    return None


def _read_as(
    path: Path, sniffed: Sniffed, options: ImportOptions, target: Path | None
) -> SeriesReading:
    if sniffed.questions:
        return _asking(sniffed)
    if options.issue_column is not None or options.lead_column is not None:
        return read_issued(path, sniffed, options, target)
    if sniffed.plan.key is not None:
        return read_long(path, sniffed, options, target)
    gathered = gather(path, sniffed.plan, skip_unreadable=options.skip_unreadable, parquet=target)
    return _Reader(sniffed, options, gathered, target).reading()


def _asking(sniffed: Sniffed) -> SeriesReading:
    return SeriesReading(
        outcome="ask",
        dialect=dialect_of(sniffed.plan, "\n"),
        time=time_of(sniffed.plan, has24=False),
        first_data_row=sniffed.plan.first_line,
        columns=columns_of(sniffed),
        findings=tuple(words.of_header(sniffed.header, sniffed.plan)),
        questions=tuple(sniffed.questions),
    )


def _no_rows(series: int) -> tuple[Times, Values]:
    return np.empty(0, np.int64), np.empty((0, series))


@dataclass
class _Reader:
    """Puts together the reading of a file that was gathered."""

    sniffed: Sniffed
    options: ImportOptions
    gathered: FilePass
    target: Path | None

    def reading(self) -> SeriesReading:
        """Return everything that was found."""
        gathered, plan = self.gathered, self.sniffed.plan
        kept = [place for place, column in enumerate(gathered.columns) if column.numeric]
        if not kept:
            gathered.refuse_without_numbers()
        distinct = self._distinct()
        if distinct and (question := self._key_question(distinct)):
            if self.target is not None:
                self.target.unlink(missing_ok=True)
            self.sniffed.questions.append(question)
            return _asking(self.sniffed)
        analysis = self._steps(distinct)
        findings = self._findings(kept, distinct, analysis)
        times, values, pictures = self._values(kept, distinct, analysis)
        order = gathered.order
        return SeriesReading(
            outcome=outcome_of(findings),
            dialect=dialect_of(plan, gathered.ends.newline),
            time=time_of(plan, has24=gathered.reader.notes.midnights > 0),
            rows=order.rows,
            first_data_row=gathered.lines.line(0),
            last_data_row=gathered.last_line,
            order=order.order,
            out_of_order_rows=order.downs,
            duplicate_rows=len(distinct.repeated) if distinct else 0,
            duplicate_times=distinct.times_repeated if distinct else 0,
            conflicting_times=distinct.times_conflicting if distinct else 0,
            utc_min=order.low,
            utc_max=order.high,
            step=analysis.steps if analysis else None,
            gaps=analysis.gaps if analysis else (),
            gap_count=analysis.gap_count if analysis else 0,
            series=tuple(
                replace(self._statistics(place), overview=picture)
                for place, picture in zip(kept, pictures, strict=True)
            ),
            columns=columns_of(self.sniffed),
            findings=tuple(findings),
            head=tuple((time, tuple(cells[p] for p in kept)) for time, cells in gathered.head),
            times=times,
            values=values,
        )

    def _distinct(self) -> Distinct | None:
        """Return the rows sorted, if they are not yet."""
        if self.gathered.order.is_sorted_and_distinct:
            return None
        times, values = self.gathered.store.table()
        return settle(times, values, self.options.duplicates)

    def _key_question(self, distinct: Distinct) -> ImportQuestion | None:
        """Ask which column names the series if many rows of one time differ."""
        if len(distinct.conflicting) * 10 < 3 * self.gathered.order.rows or self.options.columns:
            return None
        texts = [(n,) for n, kind in enumerate(self.sniffed.kinds) if kind.kind == "text"]
        is_open = texts and self.options.duplicates is None
        return key_question(texts, self.sniffed.plan.names) if is_open else None

    def _steps(self, distinct: Distinct | None) -> StepAnalysis | None:
        return self.gathered.steps.analysis() if distinct is None else analyse_steps(distinct.times)

    def _findings(
        self, kept: list[int], distinct: Distinct | None, analysis: StepAnalysis | None
    ) -> list[Finding]:
        gathered, sniffed, plan = self.gathered, self.sniffed, self.sniffed.plan
        reader = gathered.reader
        taken = [*plan.time.columns, *([plan.time.end] if plan.time.end is not None else [])]
        findings = words.of_dialect(sniffed, gathered.ends)
        findings += words.of_header(sniffed.header, plan)
        findings += time_words.of_zone(sniffed)
        findings += time_words.of_time(plan, reader.notes)
        findings += words.of_rows(reader.bad, reader.frames.ragged, sniffed.header)
        findings += column_words.of_columns(sniffed, reader.notes, taken)
        findings += column_words.many_series(len(kept))
        findings += series_words.of_order(gathered.order, gathered.lines)
        findings += self._of_times(distinct, analysis)
        for place, column in enumerate(gathered.columns):
            findings += self._of_column(place) if column.numeric else self._of_empty(place)
        return findings

    def _of_times(self, distinct: Distinct | None, analysis: StepAnalysis | None) -> list[Finding]:
        gathered, plan = self.gathered, self.sniffed.plan
        order, lines = gathered.order, gathered.lines
        findings = series_words.of_duplicates(distinct, lines) if distinct else []
        times = distinct.times if distinct else self._few_times()
        findings += series_words.of_steps(
            analysis, times, order.rows, lines, self._row_of(distinct)
        )
        findings += series_words.of_clock(
            times, gathered.store.time_chunks, lines, order.low, order.high
        )
        repeated = np.empty(0, np.int64)
        if distinct is not None and len(distinct.repeated):
            all_times, _ = gathered.store.table()
            repeated = all_times[distinct.repeated]
        findings += series_words.of_local_time(plan, self.options.timezone, repeated, analysis)
        if analysis and not any(f.kind == "interval_end_suspected" for f in findings):
            findings += time_words.interval_end(
                plan, order.first, order.last, analysis.median, order.rows
            )
        return findings

    def _few_times(self) -> Times:
        """Return sorted times, every so many of a long file."""
        return np.concatenate(self.gathered.some_times)

    def _row_of(self, distinct: Distinct | None) -> Callable[[int], int]:
        if distinct is None:
            return lambda place: place
        times, _ = self.gathered.store.table()
        order = np.argsort(times, kind="stable")
        ordered = times[order]
        return lambda place: int(order[np.searchsorted(ordered, distinct.times[place])])

    def _of_column(self, place: int) -> list[Finding]:
        gathered = self.gathered
        return series_words.of_series(
            gathered.columns[place],
            self._column_number(place),
            gathered.order.rows,
            gathered.lines.line,
            self._time_at,
            gathered.sample.column(place),
            lambda: gathered.store.column_chunks(place),
            gathered.reader.notes.words.get(self._column_number(place) - 1, ()),
        )

    def _of_empty(self, place: int) -> list[Finding]:
        return [column_words.empty_column(self._column_number(place))]

    def _time_at(self, row: int) -> int:
        start = 0
        for chunk in self.gathered.store.time_chunks():
            if row < start + len(chunk):
                return int(chunk[row - start])
            start += len(chunk)
        raise IndexError(row)

    def _column_number(self, place: int) -> int:
        return self.sniffed.plan.values[place].column + 1

    def _statistics(self, place: int) -> SeriesStatistics:
        plan, column = self.sniffed.plan, self.gathered.columns[place]
        value, rows = plan.values[place], self.gathered.order.rows
        units = self.gathered.reader.notes.units.get(value.column, set())
        real = real_units(units)
        unit = value.unit or (real.pop() if len(real) == 1 else None)
        return SeriesStatistics(
            column=value.column + 1,
            name=None if plan.is_matrix else value.name,
            unit=unit,
            numeric_rows=column.numeric,
            numeric_share=round(100 * column.numeric / rows, 2),
            min=column.low,
            max=column.high,
            sum=column.total,
        )

    def _values(
        self, kept: list[int], distinct: Distinct | None, analysis: StepAnalysis | None
    ) -> tuple[Times, Values, Sequence[SeriesOverview | None]]:
        """Return what is to be used, or write it to the target; and pictures of it."""
        shift = self._shift(analysis)
        columns = self._difference_columns(kept)
        store = self.gathered.store
        is_final = (
            distinct is None
            and not shift
            and not columns
            and len(kept) == len(self.gathered.columns)
        )
        if isinstance(store, ParquetRows) and is_final:
            return *_no_rows(len(kept)), self._pictures(store, kept)
        times, values = (distinct.times, distinct.values) if distinct else store.table()
        values = values[:, kept] if len(kept) < values.shape[1] else values
        values = differences(values, columns) if columns else values
        times = times - shift if shift else times
        pictures = of_table(times, values)
        if self.target is None:
            return times, values, pictures
        write_parquet(self.target, times, values)
        return *_no_rows(len(kept)), pictures

    def _pictures(self, store: ParquetRows, kept: list[int]) -> Sequence[SeriesOverview | None]:
        """Return pictures of all series, of which times are sorted and none is empty."""
        gathered = self.gathered
        if len(kept) > MAX_SERIES:
            return [None] * len(kept)
        ends = gathered.order.low, gathered.order.high
        ranges = gathered.ranges
        if ranges is None or ranges.ends != ends:
            ranges = ranges_of(store.time_chunks, store.column_chunks, ends, len(kept))
        spans = [(column.low, column.high) for column in gathered.columns]
        return overviews(ranges, store.column_chunks, spans)

    def _shift(self, analysis: StepAnalysis | None) -> int:
        """Return by how much labels at the end of an interval lie behind its start."""
        plan = self.sniffed.plan
        if self.options.label_position != "end" or analysis is None or plan.time.end is not None:
            return 0
        return analysis.median

    def _difference_columns(self, kept: list[int]) -> list[int]:
        numbers = [self._column_number(place) for place in kept]
        for column in self.options.differences:
            if column not in numbers:
                refuse_option(
                    "differences", list(self.options.differences), f"among the series {numbers}"
                )
        return [numbers.index(column) for column in self.options.differences]
