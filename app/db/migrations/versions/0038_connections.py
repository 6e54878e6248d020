"""Connections to Google Search Console and Bing Webmaster, with the days that they brought."""

import sqlalchemy as sa
from alembic import op

from app.db.types import BigId

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
PLATFORM = "platform IN ('gsc', 'bing')"
TABLES = ("oauth_states", "connection_logs", "connection_days", "connections")


def upgrade() -> None:
    op.create_table(
        "connections",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("owner_id", BigId, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("visibility", sa.String(20), nullable=False),
        sa.Column("platform", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("site", sa.String(500)),
        sa.Column("sites", sa.Text(), nullable=False),
        sa.Column("tokens_encrypted", sa.Text()),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("expires_at", TIME),
        sa.Column("last_check", sa.Text()),
        sa.Column("last_refresh", sa.Text()),
        sa.Column("renewing_by", sa.String(32)),
        sa.Column("renewing_until", sa.Float()),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.Column("archived_at", TIME),
        sa.CheckConstraint(PLATFORM, name="platform"),
        sa.CheckConstraint("state IN ('active', 'needs_sign_in', 'archived')", name="state"),
        sa.CheckConstraint("visibility IN ('private', 'team')", name="visibility"),
        sqlite_autoincrement=True,
    )
    op.create_index(None, "connections", ["owner_id", "id"])
    op.create_table(
        "connection_days",
        sa.Column("connection_id", BigId, _connection(), primary_key=True),
        sa.Column("site", sa.String(500), primary_key=True),
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("clicks", sa.BigInteger(), nullable=False),
        sa.Column("impressions", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Float()),
        sa.Column("provisional", sa.Boolean(), nullable=False),
    )
    _logs()
    op.create_table(
        "oauth_states",
        sa.Column("state_hash", sa.String(64), primary_key=True),
        sa.Column("user_id", BigId, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("platform", sa.String(20), nullable=False),
        sa.Column("connection_id", BigId, _connection()),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.CheckConstraint(PLATFORM, name="platform"),
    )
    op.create_index(None, "oauth_states", ["expires_at"])


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)


def _logs() -> None:
    op.create_table(
        "connection_logs",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("connection_id", BigId, _connection(), nullable=False),
        sa.Column("owner_id", BigId, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("platform", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("code", sa.String(30)),
        sa.Column("detail", sa.Text()),
        sa.Column("result", sa.Text()),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("finished_at", TIME, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index(None, "connection_logs", ["owner_id", "id"])
    op.create_index(None, "connection_logs", ["finished_at"])


def _connection() -> sa.ForeignKey:
    return sa.ForeignKey("connections.id", ondelete="CASCADE")
