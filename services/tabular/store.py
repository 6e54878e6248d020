"""Holds the rows of a file while it is read: in memory, or in a Parquet file for large ones."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from services.tabular.reading import Times, Values

CHUNK_ROWS = 1 << 20
_TIME = "time"
ISSUED = "issued"


class RowStore(Protocol):
    """Rows in file order; can be read again in chunks once all are in it."""

    def append(self, times: Times, values: Values) -> None:
        """Take the next rows."""

    def end(self) -> None:
        """Note that all rows are in it."""

    def time_chunks(self) -> Iterator[Times]:
        """Yield the times in file order."""

    def column_chunks(self, place: int) -> Iterator[Values]:
        """Yield the values of one series in file order, each (rows,)."""

    def table(self) -> tuple[Times, Values]:
        """Return all times and values in file order."""


class MemoryRows:
    """Keeps rows in memory."""

    def __init__(self, series: int) -> None:
        self._series = series
        self._times: list[Times] = []
        self._values: list[Values] = []

    def append(self, times: Times, values: Values) -> None:
        """Take the next rows."""
        self._times.append(times)
        self._values.append(values)

    def end(self) -> None:
        """Note that all rows are in it."""

    def time_chunks(self) -> Iterator[Times]:
        """Yield the times in file order."""
        yield from self._times

    def column_chunks(self, place: int) -> Iterator[Values]:
        """Yield the values of one series in file order."""
        for values in self._values:
            yield values[:, place]

    def table(self) -> tuple[Times, Values]:
        """Return all times and values in file order."""
        if not self._times:
            return np.empty(0, np.int64), np.empty((0, self._series))
        if len(self._times) == 1:
            return self._times[0], self._values[0]
        self._times = [np.concatenate(self._times)]
        self._values = [np.concatenate(self._values)]
        return self._times[0], self._values[0]


class ParquetRows:
    """Writes rows to a Parquet file as they come, so that memory does not grow with the file."""

    def __init__(self, path: Path, series: int) -> None:
        self.path = path
        self._series = series
        self._writer = _writer(path, series)
        self._thread = ThreadPoolExecutor(1)
        self._writing: Future[None] | None = None

    def append(self, times: Times, values: Values) -> None:
        """Take the next rows."""
        self._wait()
        self._writing = self._thread.submit(self._writer.write_table, arrow_table(times, values))

    def _wait(self) -> None:
        """Wait for the block before: one is written while the next one is parsed."""
        if self._writing is not None:
            writing, self._writing = self._writing, None
            writing.result()

    def end(self) -> None:
        """Note that all rows are in it."""
        try:
            self._wait()
        finally:
            self._thread.shutdown()
            self._writer.close()

    def time_chunks(self) -> Iterator[Times]:
        """Yield the times in file order."""
        for batch in self._batches(_TIME):
            yield np.frombuffer(
                batch.column(0).buffers()[1], np.int64, len(batch), 8 * batch.column(0).offset
            )

    def column_chunks(self, place: int) -> Iterator[Values]:
        """Yield the values of one series in file order."""
        for batch in self._batches(str(place)):
            yield np.frombuffer(
                batch.column(0).buffers()[1], np.float64, len(batch), 8 * batch.column(0).offset
            )

    def _batches(self, name: str) -> Iterator[pa.RecordBatch]:
        # to buffer ahead would take the whole column into memory at once, and five times as long
        with pq.ParquetFile(self.path, memory_map=False, pre_buffer=False) as file:
            yield from file.iter_batches(CHUNK_ROWS, columns=[name], use_threads=False)

    def table(self) -> tuple[Times, Values]:
        """Return all times and values in file order."""
        times = np.concatenate([*self.time_chunks(), np.empty(0, np.int64)])
        values = np.empty((len(times), self._series))
        for place in range(self._series):
            start = 0
            for chunk in self.column_chunks(place):
                values[start : start + len(chunk), place] = chunk
                start += len(chunk)
        return times, values


def _writer(path: Path, series: int) -> pq.ParquetWriter:
    """Return a writer whose encodings suit even times and numbers of few digits."""
    encodings = {str(place): "BYTE_STREAM_SPLIT" for place in range(series)}
    return pq.ParquetWriter(
        path,
        schema_of(series),
        compression="snappy",
        use_dictionary=False,
        column_encoding={_TIME: "DELTA_BINARY_PACKED", **encodings},
        write_statistics=[_TIME],
    )


def schema_of(series: int) -> pa.Schema:
    """Return the columns of a file of series: the time in UTC, then "0", "1", … as doubles.

    No cell is null, since a missing value is NaN: so no marks of nulls are written and read.
    """
    values = [pa.field(str(place), pa.float64(), nullable=False) for place in range(series)]
    return pa.schema([pa.field(_TIME, pa.timestamp("us", tz="UTC"), nullable=False), *values])


def arrow_table(times: Times, values: Values) -> pa.Table:
    """Return rows as they are stored; NaN stays NaN."""
    # from buffers: pa.array() would load pandas to look whether it is given some of its objects
    columns = [_column(times, pa.timestamp("us", tz="UTC"))]
    columns += [_column(values[:, n], pa.float64()) for n in range(values.shape[1])]
    return pa.Table.from_arrays(columns, schema=schema_of(values.shape[1]))


def _column(numbers: Times | Values, kind: pa.DataType) -> pa.Array:
    buffer = pa.py_buffer(np.ascontiguousarray(numbers))
    return pa.Array.from_buffers(kind, len(numbers), [None, buffer])


def read_parquet(path: Path) -> tuple[Times, Values, Times | None]:
    """Return the times and values of a file of series, and when each was issued if it says so."""
    table = pq.read_table(path, memory_map=False)
    issued = None
    if ISSUED in table.column_names:
        issued = table.column(ISSUED).cast(pa.int64()).to_numpy()
        table = table.drop_columns([ISSUED])
    times = table.column(0).cast(pa.int64()).to_numpy()
    values = [table.column(n).to_numpy() for n in range(1, table.num_columns)]
    return times, np.column_stack(values), issued


def write_parquet(path: Path, times: Times, values: Values, issued: Times | None = None) -> None:
    """Write sorted distinct times and their values, in row groups of a million rows.

    With ``issued``, when each value was issued, pairs of both are distinct.
    """
    if issued is not None:
        moments = _column(issued, pa.timestamp("us", tz="UTC"))
        pq.write_table(arrow_table(times, values).append_column(ISSUED, moments), path)
        return
    with _writer(path, values.shape[1]) as writer:
        for start in range(0, max(1, len(times)), CHUNK_ROWS):
            stop = start + CHUNK_ROWS
            writer.write_table(arrow_table(times[start:stop], values[start:stop]))
