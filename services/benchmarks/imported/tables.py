"""Tables of items: CSV, Parquet, a JSON list or lines of JSON; which of them the content says."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from services.benchmarks.domain.flat_samples import FlatSample, flattened
from services.benchmarks.imported.types import Source, SourceError
from services.imports.domain.json_text import parsed
from services.tabular.cells import SEPARATORS, as_written
from services.tabular.encoding import detect_encoding
from services.tabular.errors import UnreadableTable

PARQUET = b"PAR1"
BATCH = 2_000  # rows that are held at once
MAX_CELL = 1 << 20  # characters


def open_table(path: Path, _: str) -> Source:
    """Return the rows of a table. Raises SourceError for what is none."""
    with path.open("rb") as file:
        beginning = file.read(4096)
    if beginning.startswith(PARQUET):
        return Source(samples=lambda: _parquet_rows(path))
    first = beginning.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if first in (b"[", b"{"):
        return Source(samples=lambda: _json_rows(path, is_list=first == b"["))
    if not beginning.strip():
        raise SourceError("The file is empty.")
    return Source(samples=lambda: _csv_rows(path))


def _parquet_rows(path: Path) -> Iterator[tuple[int, FlatSample]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    number = 0
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=BATCH, use_threads=False):
                for row in batch.to_pylist():
                    number += 1
                    yield number, dict(flattened(row))
    except (pa.ArrowException, OSError):
        raise SourceError("The Parquet file is damaged: it cannot be read.") from None


def _json_rows(path: Path, *, is_list: bool) -> Iterator[tuple[int, FlatSample]]:
    rows = _listed(path) if is_list else _lines(path)
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            raise SourceError(f"Item {number:,} of the file is no object.")
        yield number, dict(flattened(row))


def _listed(path: Path) -> Iterator[Any]:
    yield from parsed(path.read_bytes(), "The file")


def _lines(path: Path) -> Iterator[Any]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield parsed(line, f"Line {number:,}")


def _csv_rows(path: Path) -> Iterator[tuple[int, FlatSample]]:
    """Yield each row with its line: those of the heading and before it are passed over."""
    csv.field_size_limit(MAX_CELL)
    try:
        encoding = detect_encoding(path)
        with path.open(encoding=encoding.name, errors="replace", newline="") as file:
            file.seek(encoding.bom_bytes)
            heading = file.readline()
            file.seek(encoding.bom_bytes)
            separator = max(SEPARATORS, key=heading.count)
            yield from _records(csv.reader(file, delimiter=separator, strict=True))
    except UnreadableTable as error:
        raise SourceError(error.detail) from None
    except csv.Error as error:
        raise SourceError(f"The file is no table: {error}.") from None


def _records(reader: Any) -> Iterator[tuple[int, FlatSample]]:
    names = [name.strip() for name in next(reader, [])]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise SourceError(f"The column '{twice[:60]}' is there twice.")
    for number, cells in enumerate((one for one in reader if any(one)), 1):
        if len(cells) != len(names):
            raise SourceError(
                f"Row {number:,} has {len(cells)} cells, and the heading {len(names)}."
            )
        yield number, _row(dict(zip(names, cells, strict=True)))


def _row(cells: Mapping[str, str]) -> FlatSample:
    return {name: as_written(cell) or None for name, cell in cells.items()}
