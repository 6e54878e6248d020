"""Forecasting sessions with their series, models and objects."""

import sqlalchemy as sa
from alembic import op

from app.db.types import BigId

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "forecast_sessions",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("uuid", sa.String(36), nullable=False),
        sa.Column("wire_id", sa.String(100), nullable=False),
        sa.Column("owner_id", BigId, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("visibility", sa.String(20), nullable=False),
        sa.Column("name", sa.String(255)),
        sa.Column("time_info", sa.Text()),
        sa.Column("time_steps", sa.Text()),
        sa.Column("split", sa.Text()),
        sa.Column("n_dat", sa.Integer()),
        sa.Column("finalized_at", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.CheckConstraint("visibility IN ('private', 'team')", name="visibility"),
        sa.UniqueConstraint("uuid"),
        sa.UniqueConstraint("owner_id", "wire_id"),
    )
    op.create_table(
        "session_files",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("uuid", sa.String(36), nullable=False),
        _session(),
        sa.Column("direction", sa.String(10), nullable=False),
        sa.Column("file_name", sa.String(255), nullable=False),
        sa.Column("label", sa.String(255), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("import_options", sa.Text()),
        sa.Column("reading", sa.Text()),
        sa.Column("series_index", sa.Integer(), nullable=False),
        sa.Column("object_key", sa.String(500)),
        sa.Column("values_key", sa.String(500)),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64)),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.CheckConstraint("direction IN ('input', 'output')", name="direction"),
        sa.CheckConstraint(
            "status IN ('waiting', 'reading', 'ready', 'question', 'refused')", name="status"
        ),
        sa.UniqueConstraint("uuid"),
        sa.UniqueConstraint("session_id", "direction", "label"),
    )
    op.create_index("ix_session_files_sha256", "session_files", ["sha256"])
    op.create_table(
        "session_models",
        sa.Column("run_id", BigId, sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
        _session(),
        sa.Column("mode", sa.String(20), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text()),
    )
    op.create_index(
        "ix_session_models_session_id_run_id", "session_models", ["session_id", "run_id"]
    )
    op.create_table(
        "session_objects",
        sa.Column("id", BigId, primary_key=True),
        _session(),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("object_key", sa.String(500), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.UniqueConstraint("session_id", "name"),
    )


def _session() -> sa.Column[int]:
    return sa.Column(
        "session_id",
        BigId,
        sa.ForeignKey("forecast_sessions.id", ondelete="CASCADE"),
        nullable=False,
    )


def downgrade() -> None:
    for table in ("session_objects", "session_models", "session_files", "forecast_sessions"):
        op.drop_table(table)
