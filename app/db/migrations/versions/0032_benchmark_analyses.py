"""Analyses that were requested of benchmark runs, and what each of their items cost."""

import sqlalchemy as sa
from alembic import op

from app.db.types import BigId

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
TYPES = "type IN ('quick', 'order', 'bias', 'export')"
STATUSES = "status IN ('pending', 'running', 'completed', 'failed')"
ITEMS = ("benchmark_answers", "benchmark_failures")
TOKENS = ("prompt_tokens", "completion_tokens")


def upgrade() -> None:
    for table in ITEMS:
        for name in TOKENS:
            op.add_column(table, sa.Column(name, sa.Integer()))
    op.add_column("benchmark_failures", sa.Column("latency_ms", sa.Integer()))
    run = sa.ForeignKey("benchmark_runs.id", ondelete="CASCADE")
    op.create_table(
        "benchmark_analyses",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("run_id", BigId, run, nullable=False),
        sa.Column("type", sa.String(10), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("params_hash", sa.String(16), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("revision", sa.BigInteger()),
        sa.Column("summary", sa.Text()),
        sa.Column("error", sa.Text()),
        sa.Column("object_key", sa.String(200)),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("started_at", TIME),
        sa.Column("finished_at", TIME),
        sa.CheckConstraint(TYPES, name="type"),
        sa.CheckConstraint(STATUSES, name="status"),
        sa.UniqueConstraint("run_id", "type", "params_hash"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("benchmark_analyses")
    op.drop_column("benchmark_failures", "latency_ms")
    for table in ITEMS:
        for name in TOKENS:
            op.drop_column(table, name)
