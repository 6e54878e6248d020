"""Reads a long file: several series below each other, named by a column."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from services.tabular import column_findings as column_words
from services.tabular import findings as words
from services.tabular import series_findings as series_words
from services.tabular import time_findings as time_words
from services.tabular.column_statistics import ColumnStatistics
from services.tabular.counted import counted
from services.tabular.gather import FilePass, gather
from services.tabular.long_tables import KeyedSeries, align, part_by_key
from services.tabular.options import ImportOptions
from services.tabular.overview import of_table
from services.tabular.reading import Finding, SeriesReading, SeriesStatistics, Times, Values
from services.tabular.sniff import Sniffed
from services.tabular.store import write_parquet
from services.tabular.time_statistics import StepAnalysis, analyse_steps
from services.tabular.wording import columns_of, dialect_of, outcome_of, time_of


def read_long(
    path: Path, sniffed: Sniffed, options: ImportOptions, target: Path | None
) -> SeriesReading:
    """Read the file and part it into one series for each key and value column.

    Times that come twice are judged within a key; statistics count the rows of the key.
    """
    gathered = gather(path, sniffed.plan, skip_unreadable=options.skip_unreadable)
    times, values = gathered.store.table()
    series = part_by_key(gathered.keys, times, values, options.duplicates)
    return _Long(sniffed, options, gathered, times, series).reading(target)


@dataclass
class _Long:
    sniffed: Sniffed
    options: ImportOptions
    gathered: FilePass
    file_times: Times
    series: list[KeyedSeries]

    def reading(self, target: Path | None) -> SeriesReading:
        """Return everything that was found."""
        gathered, plan = self.gathered, self.sniffed.plan
        times, values = align(self.series)
        kept = [n for n in range(values.shape[1]) if self._column(n).numeric]
        if not kept:
            gathered.refuse_without_numbers()
        values = values[:, kept]
        analysis = analyse_steps(times)
        findings = self._findings(kept, times, analysis)
        if target is not None:
            write_parquet(target, times, values)
        return SeriesReading(
            outcome=outcome_of(findings),
            dialect=dialect_of(plan, gathered.ends.newline),
            time=time_of(plan, has24=gathered.reader.notes.midnights > 0),
            rows=gathered.order.rows,
            first_data_row=gathered.lines.line(0),
            last_data_row=gathered.last_line,
            order=self._order(),
            out_of_order_rows=sum(one.order.downs for one in self.series),
            duplicate_rows=sum(len(one.distinct.repeated) for one in self.series),
            duplicate_times=sum(one.distinct.times_repeated for one in self.series),
            conflicting_times=sum(one.distinct.times_conflicting for one in self.series),
            utc_min=gathered.order.low,
            utc_max=gathered.order.high,
            step=analysis.steps if analysis else None,
            gaps=analysis.gaps if analysis else (),
            gap_count=analysis.gap_count if analysis else 0,
            series=tuple(
                replace(self._statistics(number), overview=picture)
                for number, picture in zip(kept, of_table(times, values), strict=True)
            ),
            columns=columns_of(self.sniffed),
            findings=tuple(findings),
            head=tuple(gathered.head),
            times=times if target is None else np.empty(0, np.int64),
            values=values if target is None else np.empty((0, len(kept))),
        )

    def _place(self, number: int) -> tuple[KeyedSeries, int]:
        width = len(self.sniffed.plan.values)
        return self.series[number // width], number % width

    def _column(self, number: int) -> ColumnStatistics:
        one, place = self._place(number)
        return one.columns[place]

    def _order(self) -> str:
        orders = {one.order.order for one in self.series if one.order.rows > 1}
        return orders.pop() if len(orders) == 1 else "mixed" if orders else "ascending"

    def _statistics(self, number: int) -> SeriesStatistics:
        one, place = self._place(number)
        value, column = self.sniffed.plan.values[place], one.columns[place]
        several = len(self.sniffed.plan.values) > 1
        return SeriesStatistics(
            column=value.column + 1,
            name=f"{one.key} {value.name or value.column + 1}" if several else one.key,
            unit=value.unit,
            numeric_rows=column.numeric,
            numeric_share=round(100 * column.numeric / len(one.rows), 2),
            min=column.low,
            max=column.high,
            sum=column.total,
        )

    def _findings(
        self, kept: list[int], times: Times, analysis: StepAnalysis | None
    ) -> list[Finding]:
        gathered, sniffed, plan = self.gathered, self.sniffed, self.sniffed.plan
        taken = [*plan.time.columns, *([plan.time.end] if plan.time.end is not None else [])]
        taken += plan.keys
        findings = words.of_dialect(sniffed, gathered.ends)
        findings += words.of_header(sniffed.header, plan)
        findings += time_words.of_zone(sniffed)
        findings += time_words.of_time(plan, gathered.reader.notes)
        findings += words.of_rows(
            gathered.reader.bad, gathered.reader.frames.ragged, sniffed.header
        )
        findings += column_words.of_columns(sniffed, gathered.reader.notes, taken)
        findings += column_words.many_series(len(kept))
        findings += series_words.of_steps(
            analysis, times, gathered.order.rows, gathered.lines, self._row_of(times)
        )
        for one in self.series:
            findings += self._of_key(one)
        return findings

    def _row_of(self, times: Times) -> Callable[[int], int]:
        order = np.argsort(self.file_times, kind="stable")
        ordered = self.file_times[order]
        return lambda place: int(order[np.searchsorted(ordered, times[place])])

    def _of_key(self, one: KeyedSeries) -> list[Finding]:
        results, lines = list[Finding](), self.gathered.lines

        def line_of(row: int) -> int:
            return lines.line(int(one.rows[row]))

        _, values = self.gathered.store.table()
        for place, value in enumerate(self.sniffed.plan.values):
            column = one.columns[place]
            cells: Values = values[one.rows, place]
            if column.numeric:
                results += series_words.of_series(
                    column,
                    value.column + 1,
                    len(one.rows),
                    line_of,
                    lambda row: int(self.file_times[one.rows[row]]),
                    cells[~np.isnan(cells)],
                    partial(_one_chunk, cells),
                )
        for kind, rows in (
            ("duplicate_time", one.distinct.repeated),
            ("conflicting_duplicate", one.distinct.conflicting),
        ):
            if len(rows):
                places = tuple(line_of(int(row)) for row in rows[:20])
                results.append(
                    Finding(
                        kind=kind,
                        row=places[0],
                        rows=places,
                        count=len(rows),
                        option="duplicates",
                        message=counted(
                            len(rows),
                            "1 row has a time that was there before.",
                            "{n} rows have a time that was there before.",
                        ),
                    )
                )
        return [_with_key(finding, one.key) for finding in results]


def _one_chunk(cells: Values) -> list[Values]:
    return [cells]


def _with_key(finding: Finding, key: str) -> Finding:
    return replace(
        finding, message=f"{key}: {finding.message}", details={**finding.details, "key": key}
    )
