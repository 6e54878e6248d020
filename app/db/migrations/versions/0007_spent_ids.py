"""Ids of deleted rows, which are never given again."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "spent_ids",
        sa.Column("table_name", sa.String(length=100), nullable=False),
        sa.Column("highest", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("table_name", name=op.f("pk_spent_ids")),
    )


def downgrade() -> None:
    op.drop_table("spent_ids")
