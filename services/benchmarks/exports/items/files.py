"""Items written to a file: Parquet for programs, CSV for spreadsheets; batch by batch."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from typing import Any, BinaryIO

from services.benchmarks.csv_files import csv_cell
from services.benchmarks.exports.items.columns import (
    COLUMNS,
    MOMENT,
    NAMES,
    REAL,
    TEXT,
    WHOLE,
    ItemColumn,
)
from services.benchmarks.exports.items.rows import Row

Metadata = Mapping[str, str]
Write = Callable[[BinaryIO, Iterable[list[Row]], Metadata], None]


def write_parquet(file: BinaryIO, batches: Iterable[list[Row]], about: Metadata) -> None:
    """Write a row group per batch; ``about`` stands in the file's metadata.

    Each column has what it means and its unit in the metadata of its field. Words of few values
    are kept as dictionaries, so that a person's attributes cost next to nothing.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([_field(column) for column in COLUMNS], metadata=dict(about))
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for rows in batches:
            writer.write_batch(pa.RecordBatch.from_pylist(rows, schema=schema))


def _field(column: ItemColumn) -> Any:
    import pyarrow as pa

    types = {
        TEXT: pa.string(),
        WHOLE: pa.int64(),
        REAL: pa.float64(),
        MOMENT: pa.timestamp("us", tz="UTC"),
    }
    metadata = {"description": column.about} | ({"unit": column.unit} if column.unit else {})
    return pa.field(column.name, types.get(column.kind, pa.string()), metadata=metadata)


def write_csv(file: BinaryIO, batches: Iterable[list[Row]], _: Metadata) -> None:
    """Write RFC 4180 in UTF-8 that no spreadsheet computes; what is not known is empty."""
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(NAMES)
    for rows in batches:
        writer.writerows([_cell(row[name]) for name in NAMES] for row in rows)
    text.detach()


def _cell(value: Any) -> object:
    return value.isoformat() if hasattr(value, "isoformat") else csv_cell(value)
