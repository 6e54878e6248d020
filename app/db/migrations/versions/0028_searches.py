"""Searches over settings, models that start from earlier ones, and what deleted runs took."""

import sqlalchemy as sa
from alembic import op

from app.db.types import BigId

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

OUTCOMES = "outcome IN ('completed', 'stopped', 'pruned')"


def upgrade() -> None:
    op.add_column("session_models", sa.Column("start_from", BigId))
    op.create_table(
        "spent_compute",
        sa.Column("owner_id", BigId, sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("task", sa.String(20), primary_key=True),
        sa.Column("month", sa.String(7), primary_key=True),
        sa.Column("seconds", sa.Float(), nullable=False),
    )
    op.create_table(
        "model_searches",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("session_id", BigId, _owned_by("forecast_sessions.id"), nullable=False),
        sa.Column("mode", sa.String(20), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("space", sa.Text(), nullable=False),
        sa.Column("seed", BigId, nullable=False),
        sa.Column("trials", sa.Integer(), nullable=False),
        sa.Column("sizes", sa.Text()),
        sa.Column("kept_run_id", BigId),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index(None, "model_searches", ["session_id", "id"])
    op.create_table(
        "search_trials",
        sa.Column("run_id", BigId, _owned_by("runs.id"), primary_key=True),
        sa.Column("search_id", BigId, _owned_by("model_searches.id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("parameters", sa.Text()),
        sa.Column("outcome", sa.String(20)),
        sa.Column("value", sa.Float()),
        sa.Column("curve", sa.Text()),
        sa.CheckConstraint(OUTCOMES, name="outcome"),
        sa.UniqueConstraint("search_id", "number"),
    )


def _owned_by(column: str) -> sa.ForeignKey:
    return sa.ForeignKey(column, ondelete="CASCADE")


def downgrade() -> None:
    op.drop_table("search_trials")
    op.drop_table("model_searches")
    op.drop_table("spent_compute")
    op.drop_column("session_models", "start_from")
