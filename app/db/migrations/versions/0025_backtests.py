"""Backtests of a session's models over several cut-offs, and the prices of its errors."""

import sqlalchemy as sa
from alembic import op

from app.db.types import BigId

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "backtests",
        sa.Column("id", BigId, primary_key=True),
        _of("session_id", "forecast_sessions.id"),
        _of("run_id", "runs.id"),
        sa.Column("cutoffs", sa.Integer(), nullable=False),
        sa.Column("test_windows", sa.Integer(), nullable=False),
        sa.Column("validation_windows", sa.Integer(), nullable=False),
        sa.Column("folds", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_backtests_session_id_run_id", "backtests", ["session_id", "run_id"])
    op.add_column("forecast_sessions", sa.Column("prices", sa.Text()))


def _of(name: str, target: str) -> sa.Column[int]:
    key = sa.ForeignKey(target, ondelete="CASCADE")
    return sa.Column(name, BigId, key, nullable=False)


def downgrade() -> None:
    op.drop_column("forecast_sessions", "prices")
    op.drop_table("backtests")
