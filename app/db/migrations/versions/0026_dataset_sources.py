"""Where the file of a table is kept, so that its columns can be read in another way."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("datasets", sa.Column("source_key", sa.String(500), nullable=True))


def downgrade() -> None:
    op.drop_column("datasets", "source_key")
