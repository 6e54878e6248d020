"""Says which features may be no measurements: error codes, row numbers, codes such as 1E5."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from services.datasets.inspection.number_cells import listed
from services.tabular.value_findings import codes_apart

_MIN_ROWS = 20
_WRITTEN_AS_CODE = r"^\d+[eE]\d+$"  # 1E5; programs write 1e+05 or 1.5e5


def note_doubtful_numbers(
    frame: pl.DataFrame, features: Sequence[str], written: Mapping[str, int], notes: list[str]
) -> None:
    """Add a sentence for each kind of doubt; ``written`` counts cells such as 1E5 by column."""
    numeric = [name for name in features if name in frame.columns]
    numbers = frame.select(pl.col(numeric).cast(pl.Float64, strict=False)) if numeric else frame
    for name in numeric:
        values = numbers[name].drop_nulls().to_numpy()
        for code, count in codes_apart(values).items():
            notes.append(
                f"Column '{name}': {count:,} cells are {code:g}, far from all others. If that "
                "stands for a missing value, leave these cells empty."
            )
    if counters := [name for name in numeric if _counts_rows(numbers[name])]:
        notes.append(
            f"Each row has the number after that of the row before: {listed(counters)}. If they "
            "number the rows, leave the column out (ignored_columns)."
        )
    if codes := [name for name in numeric if written.get(name)]:
        notes.append(
            f"Cells such as 1E5 are read as powers of ten: {listed(codes)}. If they are codes, "
            "keep the column as text (text_columns)."
        )


def _counts_rows(column: pl.Series) -> bool:
    if len(column) < _MIN_ROWS or column.null_count():
        return False
    numbers = column.to_numpy()
    return bool(numbers[0] % 1 == 0 and (np.diff(numbers) == 1).all())


def codes_written(frame: pl.DataFrame, names: Sequence[str]) -> dict[str, int]:
    """Return how many cells of each column are written like 1E5."""
    if not names:
        return {}
    counts = frame.select(pl.col(list(names)).str.contains(_WRITTEN_AS_CODE).sum()).row(0)
    return dict(zip(names, counts, strict=True))
