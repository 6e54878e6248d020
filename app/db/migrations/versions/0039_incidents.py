"""Failures of jobs, put together by their causes."""

import sqlalchemy as sa
from alembic import op

from app.db.types import BigId

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

STATES = "state IN ('open', 'acknowledged', 'snoozed', 'fixed')"
TIME = sa.DateTime(timezone=True)
TABLES = ("incident_notes", "incident_days", "job_failures", "incident_routes", "incidents")


def upgrade() -> None:
    op.create_index(None, "jobs", ["kind", "owner_id", "id"])
    _incidents()
    _routes()
    _failures()
    op.create_table(
        "incident_days",
        sa.Column("incident_id", BigId, _incident(), primary_key=True),
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("count", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "incident_notes",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("incident_id", BigId, _incident(), nullable=False),
        sa.Column("author_id", BigId, sa.ForeignKey("users.id")),
        sa.Column("at", TIME, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
    )
    op.create_index(None, "incident_notes", ["incident_id"])


def _incident() -> sa.ForeignKey:
    return sa.ForeignKey("incidents.id", ondelete="CASCADE")


def _cause() -> tuple[sa.Column, ...]:
    return (
        sa.Column("owner_id", BigId, sa.ForeignKey("users.id")),
        sa.Column("kind", sa.String(50), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("type", sa.String(200), nullable=False),
        sa.Column("frame", sa.String(300)),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("site", sa.String(300)),
    )


def _incidents() -> None:
    op.create_table(
        "incidents",
        sa.Column("id", BigId, primary_key=True),
        *_cause(),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("state_at", TIME),
        sa.Column("state_by", BigId, sa.ForeignKey("users.id")),
        sa.Column("snooze_until", TIME),
        sa.Column("snooze_count", sa.BigInteger()),
        sa.Column("fixed_note", sa.Text()),
        sa.Column("regressed_at", TIME),
        sa.Column("assignee_id", BigId, sa.ForeignKey("users.id")),
        sa.Column("first_seen", TIME, nullable=False),
        sa.Column("last_seen", TIME, nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(STATES, name="state"),
        sqlite_autoincrement=True,
    )
    for columns in (
        ["owner_id", "state", "last_seen", "id"],
        ["state", "last_seen", "id"],
        ["state", "snooze_until"],
    ):
        op.create_index(None, "incidents", columns)


def _routes() -> None:
    op.create_table(
        "incident_routes",
        sa.Column("owner_no", sa.BigInteger(), primary_key=True),
        sa.Column("cause_key", sa.String(32), primary_key=True),
        sa.Column("subject", sa.String(100), primary_key=True),
        sa.Column("cause_version", sa.Integer(), nullable=False),
        sa.Column("incident_id", BigId, _incident(), nullable=False),
    )
    op.create_index(None, "incident_routes", ["incident_id"])


def _failures() -> None:
    op.create_table(
        "job_failures",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("incident_id", BigId, _incident(), nullable=False),
        sa.Column("job_id", BigId, sa.ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(100), nullable=False),
        *_cause(),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("cause_key", sa.String(32), nullable=False),
        sa.Column("cause_version", sa.Integer(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("recovered_at", TIME),
    )
    for columns in (
        ["incident_id", "at", "id"],
        ["incident_id", "cause_key"],
        ["subject", "recovered_at"],
        ["cause_version", "id"],
        ["job_id"],
    ):
        op.create_index(None, "job_failures", columns)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.drop_index("ix_jobs_kind_owner_id_id", "jobs")
