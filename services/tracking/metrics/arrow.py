"""Points as Arrow IPC streams, for programs that hold them in columns already."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import numpy as np

from app.errors import BadRequest, Invalid
from services.tracking.metrics.arrow_guard import check_stream
from services.tracking.metrics.batch import (
    MOST_BATCH_POINTS,
    MOST_BATCH_SERIES,
    Batch,
    Part,
    checked_batch_id,
    joined,
    shown,
)
from services.tracking.metrics.read import Curve

ARROW = "application/vnd.apache.arrow.stream"
REQUIRED = ("name", "step", "value")
WANTED = {
    "name": "texts",
    "step": "whole numbers",
    "value": "numbers, missing for a gap",
    "time": "unix seconds as numbers",
    "client": "texts, missing for the run's own",
}


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


def batch_of_arrow(content: bytes, batch_id: str | None, now: float) -> Batch:
    """Return the batch that an Arrow stream holds; a missing value is a gap.

    Raises BadRequest for what is no plain Arrow stream, Invalid for what its columns hold.
    """
    given = checked_batch_id(batch_id, "X-Batch-Id")
    frame = _frame(content)
    groups = frame.partition_by("name", "client", maintain_order=True)
    if len(groups) > MOST_BATCH_SERIES:
        raise _invalid("name", f"{len(groups)} series: at most {MOST_BATCH_SERIES:,} in a batch.")
    return joined(given, [_part(group) for group in groups], now)


def _frame(content: bytes) -> Any:
    import polars as pl

    check_stream(content)
    try:
        frame = pl.read_ipc_stream(BytesIO(content))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError):
        raise BadRequest("The body is no Arrow IPC stream of plain columns.") from None
    _check_columns(frame)
    if frame.height > MOST_BATCH_POINTS:
        detail = f"{frame.height:,} points: at most {MOST_BATCH_POINTS:,} in a batch."
        raise _invalid("step", detail)
    return _cast(frame)


def _check_columns(frame: Any) -> None:
    for name in REQUIRED:
        if name not in frame.columns:
            raise _invalid(name, f"The column {name} is missing: give {WANTED[name]}.")
    for name in frame.columns:
        if name not in WANTED:
            known = ", ".join(WANTED)
            raise _invalid("columns", f"The column {shown(name)} is unknown: give {known}.")
    for name in frame.columns:
        kind = frame.schema[name]
        if name in ("name", "client"):
            fits = str(kind) in ("String", "Null") or str(kind).startswith(("Categorical", "Enum"))
        elif name == "step":
            fits = kind.is_integer()
        else:
            fits = kind.is_integer() or kind.is_float() or str(kind) == "Null"
        if not fits:
            raise _invalid(name, f"The type is {shown(str(kind))}: give {WANTED[name]}.")
    for name in ("name", "step", "time"):
        if name in frame.columns and frame[name].null_count():
            raise _invalid(name, f"Values are missing: give {WANTED[name]}.")


def _cast(frame: Any) -> Any:
    import polars as pl

    if frame.height and frame["step"].max() > 2**63 - 1:
        raise _invalid("step", f"Step {frame['step'].max()} is above {2**63 - 1}.")
    columns = [
        pl.col("name").cast(pl.String),
        pl.col("step").cast(pl.Int64),
        pl.col("value").cast(pl.Float64).fill_null(float("nan")),
        pl.col("client").cast(pl.String).fill_null("")
        if "client" in frame.columns
        else pl.lit("").alias("client"),
    ]
    if "time" in frame.columns:
        columns.append(pl.col("time").cast(pl.Float64))
    return frame.select(columns)


def _part(group: Any) -> Part:
    return Part.checked(
        "series",
        name=group["name"][0],
        client=group["client"][0],
        steps=group["step"].to_numpy(),
        values=group["value"].to_numpy(),
        times=group["time"].to_numpy() if "time" in group.columns else None,
    )


def _invalid(where: str, detail: str) -> Invalid:
    return Invalid(f"{where}: {detail}", errors={where: [detail]})
