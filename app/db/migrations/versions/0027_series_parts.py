"""Files whose rows were appended to a series."""

import sqlalchemy as sa
from alembic import op

from app.db.types import BigId

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "series_parts",
        sa.Column("id", BigId, primary_key=True),
        sa.Column(
            "session_id",
            BigId,
            sa.ForeignKey("forecast_sessions.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("base_key", sa.String(500), nullable=False),
        sa.Column("object_key", sa.String(500), nullable=False),
        sa.Column("file_name", sa.String(255), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("rule", sa.String(10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("rule IN ('old', 'new')", name="rule"),
        sa.UniqueConstraint("session_id", "base_key", "sha256"),
    )


def downgrade() -> None:
    op.drop_table("series_parts")
