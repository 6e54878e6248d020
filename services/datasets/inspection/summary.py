"""Counts what a dataset holds, for the answer to an upload."""

from collections.abc import Sequence

import numpy as np

from services.datasets.canonical import Rows
from services.datasets.types import ColumnSchema, DatasetSummary


def summarise(
    kind: str,
    rows: Rows,
    sha256: str,
    size_bytes: int,
    *,
    num_features: int,
    image_shape: Sequence[int] | None = None,
    grey_bits: int | None = None,
    column_schema: Sequence[ColumnSchema] = (),
    notes: Sequence[str] = (),
) -> DatasetSummary:
    """Return the counts of a dataset that has been validated."""
    counts = np.bincount(rows.y, minlength=len(rows.classes))
    return DatasetSummary(
        kind=kind,
        num_rows=len(rows.y),
        num_patients=len(set(rows.patients)),
        num_features=num_features,
        classes=list(rows.classes),
        class_distribution={
            name: int(count) for name, count in zip(rows.classes, counts, strict=True)
        },
        columns=list(rows.columns),
        sha256=sha256,
        size_bytes=size_bytes,
        image_shape=image_shape,
        grey_bits=grey_bits,
        column_schema=list(column_schema),
        notes=list(notes),
    )
