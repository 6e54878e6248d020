"""Waiting, running and stopped seconds of each run, and an index of the running ones.

Runs that are there get them from their jobs. A job keeps only the start of its newest attempt,
so the attempts before that count as waiting. The test of a run that was stopped and resumed is that
of the model which was kept at its last end.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby, pairwise
from typing import Any

import sqlalchemy as sa
from alembic import op

from app.db.types import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

PORTION = 500
WAITING, RUNNING, ENDED = "waiting", "running", "ended"
COUNTERS = {WAITING: "waiting_seconds", RUNNING: "running_seconds", ENDED: "stopped_seconds"}
TERMINAL = ("succeeded", "failed", "cancelled")
HELD = ("starting", "running", "stopping")

PROBED = ["id", "archived_at", "visibility", "owner_id", "status", "training_mode", "start_time"]
PROBED_LAST = [
    "origin",
    "dataset_id",
    "seed",
    "best_val_recall",
    "best_val_accuracy",
    "task",
    "name",
]
SUMMED = ["archived_at", "status", "training_mode", "id", "start_time"]
SUMMED_LAST = ["owner_id", "visibility", "best_val_recall", "best_val_accuracy"]
OLD_DURATION = {
    "sqlite": "round((julianday(end_time) - julianday(start_time)) * 86400.0, 3)",
    "postgresql": "(round(extract(epoch from end_time - start_time), 3)::double precision)",
}

RUNS = sa.table(
    "runs",
    *map(sa.column, ("id", "origin", "phase", "duration_seconds", *COUNTERS.values())),
    *(sa.column(name, UtcDateTime()) for name in ("start_time", "end_time", "phase_since")),
)
JOBS = sa.table(
    "jobs",
    *map(sa.column, ("id", "subject", "state")),
    *(sa.column(name, UtcDateTime()) for name in ("created_at", "started_at", "finished_at")),
)


def upgrade() -> None:
    for name in COUNTERS.values():
        op.add_column("runs", sa.Column(name, sa.Float(), nullable=False, server_default="0"))
    phase = sa.Column("phase", sa.String(length=10), nullable=False, server_default=WAITING)
    op.add_column("runs", phase)
    op.add_column("runs", sa.Column("phase_since", UtcDateTime(), nullable=True))
    op.add_column("runs", sa.Column("duration_seconds", sa.Float(), nullable=True))
    _backfill(op.get_bind())
    _results_of_kept_models(op.get_bind())
    op.drop_index("ix_runs_duration_id", table_name="runs")
    op.create_index("ix_runs_duration_id", "runs", ["duration_seconds", "id"])
    _index_again("ix_runs_probed", [*PROBED, "end_time", "duration_seconds", *PROBED_LAST])
    _index_again("ix_runs_summed", [*SUMMED, "duration_seconds", *SUMMED_LAST])


def downgrade() -> None:
    _index_again("ix_runs_summed", [*SUMMED, "end_time", *SUMMED_LAST])
    _index_again("ix_runs_probed", [*PROBED, "end_time", *PROBED_LAST])
    op.drop_index("ix_runs_duration_id", table_name="runs")
    duration = sa.text(OLD_DURATION[op.get_bind().dialect.name])
    parts = ["start_time", "end_time"]
    op.create_index("ix_runs_duration_id", "runs", [duration, "id"], postgresql_include=parts)
    for name in ("duration_seconds", "phase_since", "phase", *COUNTERS.values()):
        op.drop_column("runs", name)


def _index_again(name: str, columns: Sequence[str]) -> None:
    op.drop_index(name, table_name="runs")
    op.create_index(name, "runs", columns)


def _results_of_kept_models(connection: sa.Connection) -> None:
    """Let the best of a test be that of the model that was kept last, not of any earlier stop."""
    series = sa.table("series", *map(sa.column, ("run_id", "name", "client", "last", "last_step",
                                                 "best", "best_step")))  # fmt: skip
    ours = sa.select(RUNS.c.id).where(RUNS.c.origin == "trained")
    connection.execute(
        sa.update(series)
        .where(
            series.c.client == "",
            sa.func.substr(series.c.name, 1, 5) == "test_",
            series.c.best_step != series.c.last_step,
            series.c.run_id.in_(ours),
        )
        .values(best=series.c.last, best_step=series.c.last_step)
    )


def _backfill(connection: sa.Connection) -> None:
    """Write the times of every run, a portion at a time."""
    fields = (*COUNTERS.values(), "phase", "phase_since", "duration_seconds")
    change = sa.update(RUNS).where(RUNS.c.id == sa.bindparam("run"))
    change = change.values({name: sa.bindparam(f"new_{name}") for name in fields})
    last = 0
    query = sa.select(RUNS.c.id, RUNS.c.origin, RUNS.c.start_time, RUNS.c.end_time)
    while rows := connection.execute(
        query.where(RUNS.c.id > last).order_by(RUNS.c.id).limit(PORTION)
    ).all():
        last = rows[-1].id
        jobs = _jobs(connection, [row.id for row in rows])
        times_of_rows = [_times(row, jobs.get(f"run:{row.id}", [])) for row in rows]
        connection.execute(
            change,
            [
                {"run": row.id} | {f"new_{name}": times[name] for name in fields}
                for row, times in zip(rows, times_of_rows, strict=True)
            ],
        )


def _jobs(connection: sa.Connection, run_ids: Sequence[int]) -> dict[str, list[Any]]:
    subjects = [f"run:{run_id}" for run_id in run_ids]
    query = sa.select(JOBS).where(JOBS.c.subject.in_(subjects))
    rows = connection.execute(query.order_by(JOBS.c.subject, JOBS.c.id))
    return {subject: list(jobs) for subject, jobs in groupby(rows, key=lambda row: row.subject)}


def _times(run: Any, jobs: Sequence[Any]) -> dict[str, Any]:
    """Return the new columns of a run: the seconds of each spell, and the last one still open."""
    spells = list(_spells(run, jobs))
    counted = dict.fromkeys(COUNTERS.values(), 0.0)
    for (phase, since), (_, until) in pairwise(spells):
        counted[COUNTERS[phase]] += max(0.0, (until - since).total_seconds())
    phase, since = spells[-1]
    duration = counted["running_seconds"] if phase == ENDED else None
    return {**counted, "phase": phase, "phase_since": since, "duration_seconds": duration}


def _spells(run: Any, jobs: Sequence[Any]) -> Iterable[tuple[str, datetime]]:
    """Yield each phase of a run with its begin, in their order."""
    if not jobs:
        yield (
            WAITING if run.origin == "trained" and run.end_time is None else RUNNING,
            run.start_time,
        )
    for number, job in enumerate(jobs):
        begin = run.start_time if number == 0 else job.created_at
        if run.origin == "trained":
            yield WAITING, begin
            begin = job.started_at
        if begin is not None and (job.state in (*HELD, *TERMINAL) or run.origin != "trained"):
            yield RUNNING, begin
        if job.state in TERMINAL and (job is not jobs[-1] or run.end_time is None):
            yield ENDED, job.finished_at or job.created_at
    if run.end_time is not None:
        yield ENDED, run.end_time
