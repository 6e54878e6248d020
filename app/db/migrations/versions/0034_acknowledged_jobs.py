"""When the owner of a failed job took it out of what needs attention."""

import sqlalchemy as sa
from alembic import op

from app.db.types import UtcDateTime

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jobs", sa.Column("acknowledged_at", UtcDateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("jobs", "acknowledged_at")
