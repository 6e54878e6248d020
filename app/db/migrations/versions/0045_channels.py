"""Channels that carry messages, and the outbox of what they carry."""

import sqlalchemy as sa
from alembic import op

from app.db.types import BigId, UtcDateTime

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

TIME = UtcDateTime(timezone=True)
SEVERITIES = "('info', 'warning', 'critical')"


def upgrade() -> None:
    op.create_table(
        "alert_channels",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("owner_id", BigId, sa.ForeignKey("users.id")),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("hint", sa.String(300), nullable=False),
        sa.Column("target_encrypted", sa.Text()),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("lowest", sa.String(20), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.CheckConstraint("kind IN ('webhook', 'slack', 'email')", name="kind"),
        sa.CheckConstraint("language IN ('en', 'de')", name="language"),
        sa.CheckConstraint(f"lowest IN {SEVERITIES}", name="lowest"),
        sqlite_autoincrement=True,
    )
    op.create_index(None, "alert_channels", ["owner_id", "id"])
    _deliveries()


def downgrade() -> None:
    op.drop_table("channel_deliveries")
    op.drop_table("alert_channels")


def _deliveries() -> None:
    op.create_table(
        "channel_deliveries",
        sa.Column("id", BigId, primary_key=True),
        sa.Column(
            "channel_id",
            BigId,
            sa.ForeignKey("alert_channels.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("message_id", sa.String(32), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("phase", sa.String(20), nullable=False),
        sa.Column("severity", sa.String(20), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("href", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.Float(), nullable=False),
        sa.Column("claimed_by", sa.String(32)),
        sa.Column("status", sa.Integer()),
        sa.Column("detail", sa.String(300)),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("finished_at", TIME),
        sa.CheckConstraint("state IN ('queued', 'delivered', 'failed')", name="state"),
        sa.CheckConstraint(f"severity IN {SEVERITIES}", name="severity"),
        sa.UniqueConstraint("channel_id", "cause", "phase", "at"),
        sqlite_autoincrement=True,
    )
    op.create_index(None, "channel_deliveries", ["channel_id", "id"])
    op.create_index(None, "channel_deliveries", ["state", "next_at"])
    op.create_index(None, "channel_deliveries", ["finished_at"])
