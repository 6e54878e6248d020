"""The SQLite database of an MLflow server as runs.

Both the 2.x and the 3.x schema hold these tables; columns that a version lacks are left out.
"""

import math
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from services.imports.mlflow_file import TrackingFile, opened
from services.imports.points import MAX_CURVES, Points, notes_of
from services.imports.text import (
    few,
    is_number,
    is_time,
    moment_of,
    one_line,
    params_that_fit,
    storable,
    tags_that_fit,
)
from services.imports.types import Candidate, ForeignRun, SkippedRecord
from services.runs.update import MAX_NOTES
from services.tracking.domain.columns import Columns
from services.tracking.domain.metric_names import fault_of_series_name

STATUS = {"FINISHED": "completed", "FAILED": "failed", "KILLED": "cancelled"}
NOTES, NAME = "mlflow.note.content", "mlflow.runName"
MAX_POINTS = 20_000_000  # of one run: they are held in memory while it is written
INFINITE = 1.7976931348623157e308  # how infinity is written down there


class _TooLargeError(Exception):
    """A run is larger than what is kept; the message says how."""


def read_mlflow(path: Path) -> Iterator[Candidate | SkippedRecord]:
    """Yield every run of the database in the order of its beginning, one after the other.

    Raises ImportRefused for a file that is no such database or is damaged.
    """
    with opened(path) as source:
        for row in _runs(source):
            yield _candidate(source, row)


def count_mlflow(path: Path) -> int:
    """Return how many runs the database has; raises as ``read_mlflow``."""
    with opened(path) as source:
        return int(next(source.rows("SELECT count(*) FROM runs"))[0])


def _runs(source: TrackingFile) -> Iterator[tuple[Any, ...]]:
    names = [source.column("runs", name) for name in ("name", "start_time", "end_time", "user_id")]
    return source.rows(  # the names are our own constants
        "SELECT runs.run_uuid, experiments.name, runs.status, runs.lifecycle_stage, "  # noqa: S608
        f"{', '.join(names)}, {source.column('experiments', 'lifecycle_stage')} "
        "FROM runs LEFT JOIN experiments "
        "ON experiments.experiment_id = runs.experiment_id "
        f"ORDER BY {names[1]}, runs.run_uuid"
    )


def _candidate(source: TrackingFile, row: tuple[Any, ...]) -> Candidate | SkippedRecord:
    uuid, stage, stored_name = row[0], row[3], row[4]
    key = one_line(uuid, "")
    name = one_line(stored_name or _name_in_tags(source, uuid), key or "run")
    if stage == "deleted":
        return SkippedRecord(name=name, reason="it is deleted there")
    if row[-1] == "deleted":  # MLflow shows no run of such an experiment
        experiment = one_line(row[1], "?")[:60]
        return SkippedRecord(name=name, reason=f"its experiment '{experiment}' is deleted there")
    if not key:
        return SkippedRecord(name=name, reason="it has no id there")
    return Candidate(source=f"mlflow:{key}", name=name, read=partial(_run, source, row, name))


def _name_in_tags(source: TrackingFile, uuid: Any) -> Any:
    sql = "SELECT value FROM tags WHERE run_uuid = ? AND key = ?"
    return next(source.rows(sql, uuid, NAME), (None,))[0]


def _run(source: TrackingFile, row: tuple[Any, ...], name: str) -> ForeignRun | SkippedRecord:
    with source.complaining():
        try:
            return _foreign(source, row, name)
        except _TooLargeError as error:
            return SkippedRecord(name=name, reason=str(error))


def _foreign(source: TrackingFile, row: tuple[Any, ...], name: str) -> ForeignRun:
    uuid, experiment, status, _, _, start, end, user, _ = row
    series, refused = _series(source, uuid, name)
    tags = {storable(key): storable(value) for key, value in _pairs(source, "tags", uuid)}
    tags.pop(NAME, None)
    notes = tags.pop(NOTES, "")[:MAX_NOTES]
    more = {"import.experiment": experiment, "import.user": user, "import.status": status}
    own = {key: one_line(value, "") for key, value in more.items() if value}
    params, bad_params = params_that_fit(
        name, ((storable(key), storable(value)) for key, value in _pairs(source, "params", uuid))
    )
    kept, bad_tags = tags_that_fit(name, tags.items())
    return ForeignRun(
        name=name,
        status=STATUS.get(str(status), "cancelled"),  # nobody will ever end it
        start_time=_moment(start),
        end_time=_moment(end) or _newest(series),
        notes=notes,
        params=params,
        tags={**kept, **own, "import.format": "mlflow"},
        series=series,
        left_out=list(few([*refused, *bad_params, *bad_tags])),
    )


def _pairs(source: TrackingFile, table: str, uuid: Any) -> Iterator[tuple[Any, ...]]:
    sql = f"SELECT key, value FROM {table} WHERE run_uuid = ? ORDER BY key"  # noqa: S608
    return source.rows(sql, uuid)


def _moment(milliseconds: Any) -> datetime | None:
    return moment_of(milliseconds / 1000) if is_number(milliseconds) else None


def _newest(series: dict[str, Columns]) -> datetime | None:
    return moment_of(max((float(one.times.max()) for one in series.values()), default=0.0))


def _series(
    source: TrackingFile, uuid: Any, run: str
) -> tuple[dict[str, Columns], list[SkippedRecord]]:
    step = source.column("metrics", "step", "0")
    at = source.column("metrics", "timestamp", "0")
    is_nan = source.column("metrics", "is_nan", "0")
    rows = source.rows(
        f"SELECT key, {step}, value, {at}, {is_nan} FROM metrics WHERE run_uuid = ? "  # noqa: S608
        f"ORDER BY key, {step}, {at} LIMIT {MAX_POINTS + 1}",
        uuid,
    )
    points: dict[str, Points] = {}
    curves: dict[Any, Points] = {}
    crowded: set[Any] = set()
    for count, (key, raw_step, value, timestamp, nan) in enumerate(rows, start=1):
        if count > MAX_POINTS:
            raise _TooLargeError(f"it has more than {MAX_POINTS:,} points")
        curve = curves.get(key)
        if curve is None and len(points) >= MAX_CURVES:
            crowded.add(key)
            continue
        if curve is None:
            curve = curves[key] = points.setdefault(storable(key), Points())
        curve.add(_step(raw_step), _value(value, nan), _seconds(timestamp))
    return _kept(points, run, crowded=len(crowded))


def _kept(
    points: dict[str, Points], run: str, *, crowded: int
) -> tuple[dict[str, Columns], list[SkippedRecord]]:
    """Return the curves that can be kept, and what is not or was changed, with counts."""
    faults = {name: fault_of_series_name(name) for name in points}
    curves = {name: one.curve() for name, one in points.items() if not faults[name]}
    notes = notes_of(curves)
    if crowded:
        notes.append(f"only the first {MAX_CURVES:,} metrics are kept, {crowded:,} are left out")
    left_out = [SkippedRecord(name=run, reason=note) for note in notes]
    left_out += [
        SkippedRecord(name=f"{run}: metric {one_line(name, '?')[:60]}", reason=fault)
        for name, fault in faults.items()
        if fault
    ]
    return {name: curve.columns for name, curve in curves.items()}, left_out


def _step(step: Any) -> int:
    return step if isinstance(step, int) else 0


def _seconds(milliseconds: Any) -> float:
    return milliseconds / 1000 if is_number(milliseconds) and is_time(milliseconds / 1000) else 0.0


def _value(value: Any, is_nan: Any) -> float:
    if is_nan or not isinstance(value, int | float):
        return math.nan
    return math.copysign(math.inf, value) if abs(value) >= INFINITE else float(value)
