"""Flags: for how many people a part of the platform is switched on."""

import sqlalchemy as sa
from alembic import op

from app.db.types import BigId

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "flags",
        sa.Column("name", sa.String(80), primary_key=True),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", BigId, sa.ForeignKey("users.id")),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
    )


def downgrade() -> None:
    op.drop_table("flags")
