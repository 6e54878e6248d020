"""Totals of executions that outlive their rows, sketches of durations, and states of health."""

import sqlalchemy as sa
from alembic import op

from app.db.types import BigId, UtcDateTime

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

COUNTED = ("created", "executed", "failed", "skipped", "cancelled", "retried", "duration_ms")
ENDED = sa.text("finished_at IS NOT NULL")


def upgrade() -> None:
    op.create_table("swept_counters", *_key(), *(_number(name) for name in COUNTED))
    op.create_table(
        "daily_durations",
        *_key(),
        sa.Column("measure", sa.String(10), primary_key=True),
        sa.Column("bucket", sa.Integer(), primary_key=True),
        _number("number"),
        sa.CheckConstraint("measure IN ('took', 'lag')", name="measure"),
    )
    op.create_table(
        "swept_durations",
        *_key(),
        sa.Column("bucket", sa.Integer(), primary_key=True),
        _number("number"),
    )
    op.create_table(
        "clock_days",
        sa.Column("day", sa.Date(), primary_key=True),
        _number("looks"),
        sa.Column("checked_at", UtcDateTime(timezone=True)),
    )
    op.create_table(
        "health_states",
        sa.Column("part", sa.String(100), primary_key=True),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("code", sa.String(50), nullable=False),
        sa.Column("detail", sa.String(500), nullable=False),
        sa.Column("since", UtcDateTime(timezone=True), nullable=False),
        sa.Column("probed_at", UtcDateTime(timezone=True), nullable=False),
    )
    op.create_index(None, "executions", ["finished_at"], sqlite_where=ENDED, postgresql_where=ENDED)


def _key() -> tuple[sa.Column, ...]:
    return (
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("owner_id", BigId, sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("kind", sa.String(50), primary_key=True),
    )


def _number(name: str) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def downgrade() -> None:
    op.drop_index("ix_executions_finished_at", "executions")
    for table in (
        "health_states", "clock_days", "swept_durations", "daily_durations", "swept_counters",
    ):  # fmt: skip
        op.drop_table(table)
