"""The equivalence margin of a study, set before its start. Studies from before have none."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("studies", sa.Column("equivalence_margin", sa.Float(), nullable=True))


def downgrade() -> None:
    op.drop_column("studies", "equivalence_margin")
