"""The samples of an evaluation as a Parquet file: a row for each score of each sample.

Rows are written while the log is read, a few thousand at a time, so that no log need fit into
memory. Long texts are cut, and how many were is counted.
"""

import weakref
from collections.abc import Iterable
from dataclasses import fields
from itertools import islice
from tempfile import TemporaryFile
from typing import BinaryIO, cast

from services.imports.domain.evaluation import SampleRow
from services.imports.text import storable

MAX_TEXT = 20_000  # characters of one cell
BATCH = 2_000  # rows
NAMES = tuple(one.name for one in fields(SampleRow))
NUMBERS = {"epoch": "int32", "value": "double", "tokens": "int64", "seconds": "double"}


class SampleTable:
    """A table that grows; ``content`` is its file, which is closed and gone with it."""

    def __init__(self) -> None:
        self.content = cast("BinaryIO", TemporaryFile())  # noqa: SIM115 (it goes to the store)
        weakref.finalize(self, self.content.close)
        self.num_rows = 0
        self.num_cut = 0

    def write(self, rows: Iterable[SampleRow]) -> None:
        """Write all rows, once."""
        import pyarrow as pa
        import pyarrow.parquet as parquet

        types = {name: NUMBERS.get(name, "string") for name in NAMES}
        schema = pa.schema([(name, pa.type_for_alias(kind)) for name, kind in types.items()])
        with parquet.ParquetWriter(self.content, schema, compression="zstd") as writer:
            given = iter(rows)
            while batch := list(islice(given, BATCH)):
                columns = {name: [self._cell(row, name) for row in batch] for name in NAMES}
                writer.write_table(pa.table(columns, schema=schema))
                self.num_rows += len(batch)
        self.content.seek(0)

    def _cell(self, row: SampleRow, name: str) -> object:
        value = getattr(row, name)
        if not isinstance(value, str):
            return value
        text = storable(value)
        if len(text) > MAX_TEXT:
            self.num_cut += 1
        return text[:MAX_TEXT]
