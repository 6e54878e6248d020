"""Which part of the platform a job waits for, and how often in a row it had to."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jobs", sa.Column("waits_for", sa.String(50)))
    op.add_column("jobs", sa.Column("outages", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("jobs") as jobs:
        jobs.drop_column("outages")
        jobs.drop_column("waits_for")
