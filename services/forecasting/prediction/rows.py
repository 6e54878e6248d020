"""The rows of series for a forecast: what a request brings, behind what the session has stored."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from services.forecasting.windows.series import Floats, Integers, RawSeries


def joined_series(parts: Mapping[str, Mapping[str, Any]]) -> dict[str, RawSeries]:
    """Return the series by label; one without rows is left out.

    Each part has ``stored`` (a Parquet file and the number of its column, or None) and ``rows``
    (times in microseconds, values, perhaps issue times; or None). At equal times the rows of the
    request count.
    """
    series = {label: _joined(label, part) for label, part in parts.items()}
    return {label: one for label, one in series.items() if one is not None}


def _joined(label: str, part: Mapping[str, Any]) -> RawSeries | None:
    rows, stored = part["rows"], part["stored"]
    if rows is not None and rows.get("issued") is not None:
        return _issued(label, rows)
    times, values = _stored(stored) if stored is not None else _nothing()
    if rows is not None:
        times = np.concatenate([times, np.array(rows["times"], dtype=np.int64)])
        values = np.concatenate([values, np.array(rows["values"], dtype=np.float64)])
    if not len(times):
        return None
    return RawSeries(label=label, **_last_of_each(times, values))


def _last_of_each(times: Integers, values: Floats) -> dict[str, Any]:
    """Return rows in order of time, of equal times the last that was given."""
    order = np.argsort(times, kind="stable")
    times, values = times[order], values[order]
    last = np.append(times[1:] != times[:-1], True)
    return {"times": times[last], "values": values[last]}


def _issued(label: str, rows: Mapping[str, Any]) -> RawSeries | None:
    times, issued = (np.array(rows[name], dtype=np.int64) for name in ("times", "issued"))
    if not len(times):
        return None
    order = np.lexsort((issued, times))
    values = np.array(rows["values"], dtype=np.float64)
    return RawSeries(label=label, times=times[order], values=values[order], issued=issued[order])


def _stored(stored: Mapping[str, Any]) -> tuple[Integers, Floats]:
    import pyarrow.parquet as parquet

    file = parquet.ParquetFile(Path(stored["path"]))
    names = file.schema_arrow.names
    table = file.read(columns=[names[0], names[1 + stored["column"]]])
    times = table.column(0).to_numpy().astype(np.int64)
    return times, table.column(1).to_numpy().astype(np.float64)


def _nothing() -> tuple[Integers, Floats]:
    return np.zeros(0, dtype=np.int64), np.zeros(0)
