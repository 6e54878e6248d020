"""Alerts with their settings and history, and an index of executions by when they ended."""

import sqlalchemy as sa
from alembic import op

from app.db.types import BigId, Json, UtcDateTime

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

OPEN = sa.text("state IN ('pending', 'firing')")
ENDED = sa.text("finished_at IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "alert_settings",
        sa.Column("rule", sa.String(50), primary_key=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("threshold", sa.Float()),
        sa.Column("recovery", sa.Float()),
        sa.Column("window_s", sa.Integer()),
        sa.Column("hold_s", sa.Integer()),
        sa.Column("min_count", sa.Integer()),
        sa.Column("remind_s", sa.Integer()),
        sa.Column("changed_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", BigId, sa.ForeignKey("users.id")),
    )
    op.create_table(
        "alerts",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("rule", sa.String(50), nullable=False),
        sa.Column("scope", sa.String(100), nullable=False),
        sa.Column("owner_id", BigId, sa.ForeignKey("users.id")),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("state_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("severity", sa.String(20), nullable=False),
        sa.Column("value", sa.Float()),
        sa.Column("title", sa.String(500), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("advice", sa.Text(), nullable=False),
        sa.Column("href", sa.String(200), nullable=False),
        sa.Column("messaged_at", UtcDateTime(timezone=True)),
        sa.Column("carried_by", sa.Integer(), nullable=False),
        sa.Column("braked", Json(), nullable=False),
        sa.Column("muted_until", UtcDateTime(timezone=True)),
        sa.Column("muted_by", BigId, sa.ForeignKey("users.id")),
        sa.Column("mute_reason", sa.String(500)),
        sa.UniqueConstraint("rule", "scope"),
        sa.CheckConstraint("state IN ('calm', 'pending', 'firing', 'recovered')", name="state"),
        sa.CheckConstraint("severity IN ('info', 'warning', 'critical')", name="severity"),
        sqlite_autoincrement=True,
    )
    op.create_index(None, "alerts", ["owner_id", "state", "state_at", "id"])
    op.create_index("ix_alerts_open", "alerts", ["rule"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "alert_events",
        sa.Column("id", BigId, primary_key=True),
        sa.Column(
            "alert_id", BigId, sa.ForeignKey("alerts.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("type", sa.String(20), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("value", sa.Float()),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("carried_by", sa.Integer()),
        sa.Column("user_id", BigId, sa.ForeignKey("users.id")),
    )
    op.create_index(None, "alert_events", ["alert_id", "id"])
    op.create_index(None, "alert_events", ["at"])
    op.create_index(
        "ix_executions_ended",
        "executions",
        ["finished_at", "state", "kind"],
        sqlite_where=ENDED,
        postgresql_where=ENDED,
    )


def downgrade() -> None:
    op.drop_index("ix_executions_ended", "executions")
    op.drop_table("alert_events")
    op.drop_table("alerts")
    op.drop_table("alert_settings")
