"""Remarks on accepted answers: several ratings that differ, a rationale that declines."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("benchmark_answers", sa.Column("flags", sa.String(100)))


def downgrade() -> None:
    op.drop_column("benchmark_answers", "flags")
