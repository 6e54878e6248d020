"""Curves as Arrow IPC streams, for programs that read them in columns."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import numpy as np

from services.tracking.metrics.read import Curve

ARROW = "application/vnd.apache.arrow.stream"


def arrow_of(curves: Sequence[Curve]) -> bytes:
    """Return a row per point: run_id, name, client, step, value, time, min and max."""
    import polars as pl

    lengths = [len(curve.pieces) for curve in curves]

    def repeated(values: list[Any], kind: Any) -> Any:
        return pl.Series(values, dtype=kind).gather(np.repeat(np.arange(len(curves)), lengths))

    def column(name: str, kind: Any) -> Any:
        parts = [getattr(curve.pieces, name) for curve in curves]
        return np.concatenate(parts) if parts else np.empty(0, dtype=kind)

    frame = pl.DataFrame(
        {
            "run_id": repeated([curve.run_id for curve in curves], pl.Int64),
            "name": repeated([curve.name for curve in curves], pl.String),
            "client": repeated([curve.client for curve in curves], pl.String),
            "step": column("steps", np.int64),
            "value": column("values", np.float64),
            "time": column("times", np.float64),
            "min": column("low", np.float64),
            "max": column("high", np.float64),
        }
    )
    stream = BytesIO()
    gaps = [pl.col(name).fill_nan(None) for name in ("value", "min", "max")]
    frame.with_columns(gaps).write_ipc_stream(stream, compat_level=pl.CompatLevel.oldest())
    return stream.getvalue()
