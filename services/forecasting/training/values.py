"""The values of a session's series, out of the object store. Workers only: it loads pyarrow."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.storage import ObjectStore
from services.forecasting.windows.series import RawSeries

ISSUED = "issued"  # the column that services.tabular.store writes for stored forecasts


def raw_series(store: ObjectStore, files: Sequence[Mapping[str, Any]]) -> dict[str, RawSeries]:
    """Return the series of each file of a plan by its label, of outputs with ``output:`` before.

    The same rows are one source, also where a file was uploaded as an input and as an output.
    """
    import pyarrow.parquet as parquet

    tables: dict[str, Any] = {}
    series = {}
    for file in files:
        key = file["values_key"]
        if key not in tables:
            with store.open(key) as stream:
                tables[key] = parquet.read_table(stream)
        table = tables[key]
        name = file["label"] if file["direction"] == "input" else f"output:{file['label']}"
        values = table.column(1 + file["series_index"]).to_numpy().astype(np.float64)
        issued = table.column(ISSUED).to_numpy().astype(np.int64) if has_issues(table) else None
        times = table.column(0).to_numpy().astype(np.int64)
        series[name] = RawSeries(
            label=file["label"],
            times=times,
            values=values,
            issued=issued,
            source=_digest(times, values, issued),
        )
    return series


def _digest(*columns: NDArray[Any] | None) -> str:
    """Return a hash of what was measured when, and known since when."""
    whole = hashlib.sha256()
    for one in columns:
        whole.update(b"-" if one is None else np.ascontiguousarray(one).tobytes())
    return whole.hexdigest()


def has_issues(table: Any) -> bool:
    """Return whether a table of values says when each was issued."""
    return ISSUED in table.column_names
