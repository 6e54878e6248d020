"""What the server of a model turned out to do when it was probed on demand."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("benchmark_models", sa.Column("probe", sa.Text()))


def downgrade() -> None:
    op.drop_column("benchmark_models", "probe")
