"""Schedules: what comes again and again, its executions and attempts, events and counters."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from app.db.types import BigId

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
SCHEDULE_STATES = (
    "state IN ('active', 'cooling_off', 'half_open', 'needs_intervention', 'paused', 'archived')"
)
STATES = (
    "state IN ('queued', 'starting', 'running', 'stopping', 'succeeded', 'failed', 'cancelled',"
    " 'lost', 'retrying', 'skipped')"
)
OPEN = "state IN ('queued', 'lost', 'starting', 'running', 'stopping', 'retrying')"


def upgrade() -> None:
    _schedules()
    _versions()
    _executions()
    _attempts()
    _events()
    _counters()


def _owned(*columns: Any) -> tuple[Any, ...]:
    return (
        sa.Column("id", BigId, primary_key=True),
        sa.Column("owner_id", BigId, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("visibility", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(50), nullable=False),
        *columns,
        sa.CheckConstraint("visibility IN ('private', 'team')", name="visibility"),
    )


def _partial(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _schedules() -> None:
    op.create_table(
        "schedules",
        *_owned(
            sa.Column("name", sa.String(200), nullable=False),
            sa.Column("params", sa.Text(), nullable=False),
            sa.Column("cron", sa.String(200)),
            sa.Column("interval_s", sa.BigInteger()),
            sa.Column("run_at", TIME),
            sa.Column("timezone", sa.String(100), nullable=False),
            sa.Column("starts_at", TIME),
            sa.Column("ends_at", TIME),
            sa.Column("exclude", sa.Text(), nullable=False),
            sa.Column("jitter_s", sa.Integer(), nullable=False),
            sa.Column("catch_up", sa.String(10), nullable=False),
            sa.Column("catch_up_most", sa.Integer(), nullable=False),
            sa.Column("max_attempts", sa.Integer()),
            sa.Column("backoff", sa.Text()),
            sa.Column("timeout_s", sa.BigInteger()),
            sa.Column("must_end_by", sa.String(5)),
            sa.Column("longest", sa.BigInteger()),
            sa.Column("concurrency_key", sa.String(100)),
            sa.Column("depends_on", BigId, sa.ForeignKey("schedules.id")),
            sa.Column("version", sa.Integer(), nullable=False),
            *_circuit(),
            sa.Column("created_at", TIME, nullable=False),
            sa.Column("updated_at", TIME, nullable=False),
            sa.Column("dispatched_at", TIME),
            sa.CheckConstraint(SCHEDULE_STATES, name="state"),
            sa.CheckConstraint("catch_up IN ('skip', 'one', 'all')", name="catch_up"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(None, "schedules", ["owner_id", "id"])
    op.create_index(None, "schedules", ["depends_on"])
    for column in ("due_at", "pause_until"):
        op.create_index(None, "schedules", [column], **_partial(f"{column} IS NOT NULL"))


def _circuit() -> tuple[Any, ...]:
    return (
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("epoch", TIME, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("cool_off_level", sa.Integer(), nullable=False),
        sa.Column("cool_off_until", TIME),
        sa.Column("fallback", sa.String(20), nullable=False),
        sa.Column("paused_state", sa.String(20)),
        sa.Column("paused_cool_off_until", TIME),
        sa.Column("pause_reason", sa.String(500)),
        sa.Column("pause_until", TIME),
        sa.Column("next_run_at", TIME),
        sa.Column("due_at", TIME),
        sa.Column("tzdata", sa.String(20), nullable=False),
        sa.Column("error_code", sa.String(30)),
    )


def _versions() -> None:
    schedule = sa.ForeignKey("schedules.id", ondelete="CASCADE")
    op.create_table(
        "schedule_versions",
        sa.Column("schedule_id", BigId, schedule, primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True),
        sa.Column("user_id", BigId, sa.ForeignKey("users.id")),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
    )


def _executions() -> None:
    schedule = sa.ForeignKey("schedules.id", ondelete="CASCADE")
    op.create_table(
        "executions",
        *_owned(
            sa.Column("schedule_id", BigId, schedule, nullable=False),
            sa.Column("source", sa.String(20), nullable=False),
            sa.Column("version", sa.Integer(), nullable=False),
            sa.Column("params", sa.Text()),
            sa.Column("scheduled_for", TIME),
            sa.Column("state", sa.String(20), nullable=False),
            sa.Column("attempt", sa.Integer(), nullable=False),
            sa.Column("is_probe", sa.Boolean(), nullable=False),
            sa.Column("begin_at", TIME),
            sa.Column("waits_for", sa.String(200)),
            sa.Column("skip_reason", sa.String(30)),
            sa.Column("missed", sa.Integer(), nullable=False),
            sa.Column("stop_reason", sa.String(20)),
            sa.Column("error_code", sa.String(30)),
            sa.Column("error", sa.Text()),
            sa.Column("result", sa.Text()),
            sa.Column("subject", sa.String(100)),
            sa.Column("retry_of", BigId),
            sa.Column("created_at", TIME, nullable=False),
            sa.Column("started_at", TIME),
            sa.Column("finished_at", TIME),
            sa.UniqueConstraint("schedule_id", "scheduled_for"),
            sa.CheckConstraint(STATES, name="state"),
            sa.CheckConstraint(
                "source IN ('schedule', 'manual', 'backfill', 'retry')", name="source"
            ),
        ),
        sqlite_autoincrement=True,
    )
    for columns in (
        ["schedule_id", "id"],
        ["owner_id", "id"],
        ["state", "id"],
        ["schedule_id", "finished_at"],
    ):
        op.create_index(None, "executions", columns)
    op.create_index(None, "executions", ["begin_at"], **_partial("begin_at IS NOT NULL"))
    begun = _partial(f"attempt > 0 AND {OPEN}")
    op.create_index("uq_executions_begun", "executions", ["schedule_id"], unique=True, **begun)


def _attempts() -> None:
    execution = sa.ForeignKey("executions.id", ondelete="CASCADE")
    op.create_table(
        "attempts",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("execution_id", BigId, execution, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("job_id", BigId, sa.ForeignKey("jobs.id", ondelete="SET NULL")),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("error_code", sa.String(30)),
        sa.Column("error", sa.Text()),
        sa.Column("retry_after", sa.Float()),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("started_at", TIME),
        sa.Column("finished_at", TIME),
        sqlite_autoincrement=True,
    )
    op.create_index(None, "attempts", ["execution_id", "id"])
    op.create_index(None, "attempts", ["job_id"], unique=True)
    is_open = _partial("finished_at IS NULL")
    op.create_index("uq_attempts_open", "attempts", ["execution_id"], unique=True, **is_open)


def _events() -> None:
    op.create_table(
        "schedule_events",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("owner_id", BigId, sa.ForeignKey("users.id")),
        sa.Column("user_id", BigId, sa.ForeignKey("users.id")),
        sa.Column("schedule_id", BigId, sa.ForeignKey("schedules.id", ondelete="SET NULL")),
        sa.Column("execution_id", BigId),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sqlite_autoincrement=True,
    )
    for columns in (["owner_id", "id"], ["schedule_id", "id"], ["type", "id"]):
        op.create_index(None, "schedule_events", columns)


def _counters() -> None:
    names = ("created", "executed", "failed", "skipped", "cancelled", "retried", "duration_ms")
    op.create_table(
        "daily_counters",
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("owner_id", BigId, sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("kind", sa.String(50), primary_key=True),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in names),
    )


def downgrade() -> None:
    for table in (
        "daily_counters",
        "schedule_events",
        "attempts",
        "executions",
        "schedule_versions",
        "schedules",
    ):
        op.drop_table(table)
