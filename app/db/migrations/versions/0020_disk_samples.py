"""How full the file systems of each host were."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "disk_samples",
        sa.Column("host", sa.String(100), primary_key=True),
        sa.Column("contents", sa.String(100), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), primary_key=True),
        sa.Column("free_bytes", sa.BigInteger(), nullable=False),
        sa.Column("total_bytes", sa.BigInteger(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("disk_samples")
