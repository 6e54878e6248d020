"""How many events and executions there are by hour, owner and word, up to an id."""

import sqlalchemy as sa
from alembic import op

from app.db.types import BigId, UtcDateTime

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def _source() -> tuple[sa.Column, sa.CheckConstraint]:
    return (
        sa.Column("source", sa.String(10), primary_key=True),
        sa.CheckConstraint("source IN ('event', 'execution')", name="source"),
    )


def upgrade() -> None:
    op.create_table(
        "hourly_counts",
        *_source(),
        sa.Column("owner_no", BigId, primary_key=True, autoincrement=False),
        sa.Column("hour", UtcDateTime(timezone=True), primary_key=True),
        sa.Column("word", sa.String(50), primary_key=True),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("first_id", BigId, nullable=False),
        sa.Column("last_id", BigId, nullable=False),
    )
    op.create_table(
        "counted_until",
        *_source(),
        sa.Column("until_id", BigId, nullable=False),
        sa.Column("next_id", BigId, nullable=False),
        sa.Column("next_at", UtcDateTime(timezone=True), nullable=False),
    )
    op.create_index(None, "schedule_events", ["owner_id", "type", "id"])


def downgrade() -> None:
    op.drop_index("ix_schedule_events_owner_id_type_id", "schedule_events")
    op.drop_table("counted_until")
    op.drop_table("hourly_counts")
