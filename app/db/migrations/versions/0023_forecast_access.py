"""Keys that get forecasts of a session, and what is chosen for them."""

import sqlalchemy as sa
from alembic import op

from app.db.types import BigId

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "forecast_keys",
        sa.Column("id", BigId, primary_key=True),
        _session(nullable=False),
        sa.Column("user_id", BigId, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("prefix", sa.String(20), nullable=False),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("recent", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_used_at", MOMENT),
        sa.Column("revoked_at", MOMENT),
        sa.UniqueConstraint("secret_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_forecast_keys_session_id", "forecast_keys", ["session_id"])
    op.create_table(
        "forecast_configs",
        _session(primary_key=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
    )


def _session(**more: bool) -> sa.Column[int]:
    key = sa.ForeignKey("forecast_sessions.id", ondelete="CASCADE")
    return sa.Column("session_id", BigId, key, **more)


def downgrade() -> None:
    op.drop_table("forecast_configs")
    op.drop_table("forecast_keys")
