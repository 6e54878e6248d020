"""Runs logged from outside: leases of their own length, and batches of lines taken once."""

import sqlalchemy as sa
from alembic import op

from app.db.types import BigId, UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jobs", sa.Column("lease_seconds", sa.Float(), nullable=True))
    op.create_table(
        "log_batches",
        sa.Column("run_id", BigId, nullable=False),
        sa.Column("batch_id", sa.String(length=200), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_log_batches_run_id_runs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "batch_id", name=op.f("pk_log_batches")),
    )


def downgrade() -> None:
    op.drop_table("log_batches")
    op.drop_column("jobs", "lease_seconds")
