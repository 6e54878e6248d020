"""Reads all blocks of a file once and keeps rows, lines and running statistics."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import numpy as np
import polars as pl

from services.tabular.ahead import ahead
from services.tabular.blocks import BLOCK_BYTES, LineEnds, TextBlocks
from services.tabular.column_statistics import ColumnStatistics, Sampler
from services.tabular.errors import UnreadableTable
from services.tabular.file_end import last_time
from services.tabular.line_map import LineMap
from services.tabular.overview import MAX_SERIES, SpanRanges
from services.tabular.plan import Plan
from services.tabular.reading import Times
from services.tabular.rows import RowReader, TimedRows
from services.tabular.store import MemoryRows, ParquetRows, RowStore
from services.tabular.time_statistics import StepCounter, TimeOrder

SOME_TIMES = 200


@dataclass
class FilePass:
    """Everything of one pass over a file.

    ``end`` is its last time, if that is foreseen; ``ranges`` are then filled while rows come in
    order.
    """

    plan: Plan
    reader: RowReader
    store: RowStore
    columns: list[ColumnStatistics]
    sample: Sampler
    ends: LineEnds = field(default_factory=LineEnds)
    lines: LineMap = field(default_factory=LineMap)
    order: TimeOrder = field(default_factory=TimeOrder)
    steps: StepCounter = field(default_factory=StepCounter)
    some_times: list[Times] = field(default_factory=list)
    keys: list[pl.Series] = field(default_factory=list)
    head: list[tuple[int, tuple[float | None, ...]]] = field(default_factory=list)
    last_line: int = 0
    end: int | None = None
    ranges: SpanRanges | None = None

    def add(self, rows: TimedRows) -> None:
        """Take the rows of the next block."""
        if not len(rows.times):
            return
        first = self.order.rows
        self.order.add(rows.times)
        if self.order.is_sorted_and_distinct:
            self.steps.add(rows.times)
        self.some_times.append(rows.times[:: max(1, len(rows.times) // SOME_TIMES)].copy())
        if rows.is_even:
            self.lines.add_range(int(rows.lines[0]), len(rows.lines))
        else:
            self.lines.add(rows.lines)
        self.last_line = int(rows.lines[-1])
        self._add_head(rows)
        self.store.append(rows.times, rows.values)
        if rows.keys is not None:
            self.keys.append(rows.keys)
            return
        self._add_ranges(rows, is_first=not first)
        self.sample.add(rows.values)
        for place, column in enumerate(self.columns):
            column.add(rows.values[:, place], first)

    def refuse_without_numbers(self) -> NoReturn:
        """Raise UnreadableTable: no column that was read holds a number."""
        words = self.reader.notes.words
        column = next((v.column for v in self.plan.values if v.column in words), None)
        message = "no column holds a number."
        if column is not None:
            message = f"no column holds numbers; here is {words[column][0][:40]!r}."
        raise UnreadableTable(
            "no_numeric_values",
            message,
            row=self.lines.line(0),
            column=(self.plan.values[0].column if column is None else column) + 1,
        )

    def _add_ranges(self, rows: TimedRows, *, is_first: bool) -> None:
        if is_first and self.end is not None:
            self.ranges = SpanRanges((int(rows.times[0]), self.end), len(self.columns))
        if not self.order.is_sorted_and_distinct:
            self.ranges = None
        elif self.ranges is not None:
            self.ranges.add(rows.times, rows.values)

    def _add_head(self, rows: TimedRows) -> None:
        for place in range(min(2 - len(self.head), len(rows.times))):
            cells = tuple(None if np.isnan(v) else float(v) for v in rows.values[place])
            self.head.append((int(rows.times[place]), cells))


def gather(
    path: Path, plan: Plan, *, skip_unreadable: bool = False, parquet: Path | None = None
) -> FilePass:
    """Read the file once. Rows go to ``parquet`` as they come, or stay in memory."""
    count = 1 if plan.is_matrix else len(plan.values)
    in_memory = parquet is None or plan.key is not None
    store: RowStore = MemoryRows(count) if in_memory or not parquet else ParquetRows(parquet, count)
    reader = RowReader(plan, skip_unreadable=skip_unreadable)
    gathered = FilePass(
        plan, reader, store, [ColumnStatistics() for _ in range(count)], Sampler(count)
    )
    if not in_memory and count <= MAX_SERIES and path.stat().st_size > BLOCK_BYTES:
        gathered.end = last_time(path, plan)
    blocks = TextBlocks(path, plan.encoding)
    try:
        for block, typed in ahead(blocks, reader.typed):
            gathered.add(reader.read(block, typed))
    finally:
        store.end()
    reader.bad.end()
    gathered.ends = blocks.ends
    for column in gathered.columns:
        column.end()
    if not gathered.order.rows:
        raise UnreadableTable("no_rows", "no row has a time.", row=plan.first_line)
    return gathered
