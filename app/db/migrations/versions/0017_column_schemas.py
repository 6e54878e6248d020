"""What the columns of datasets are; of a series also its highest step and when its last point was.

The newest point of a series need not be the one at its highest step: a program that goes on from
a checkpoint writes lower steps later. Until now the last point was that of the highest step.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

LISTS = ("column_schema", "notes")


def upgrade() -> None:
    op.add_column("datasets", sa.Column("grey_bits", sa.Integer()))
    for name in LISTS:
        op.add_column("datasets", sa.Column(name, sa.Text(), nullable=False, server_default="[]"))
    op.add_column("series", sa.Column("top_step", sa.BigInteger()))
    op.add_column("series", sa.Column("last_time", sa.Float()))
    op.execute("UPDATE series SET top_step = last_step")


def downgrade() -> None:
    # what was written before took ``last_step`` for the highest one
    op.execute("UPDATE series SET last_step = top_step WHERE top_step IS NOT NULL")
    op.drop_column("series", "last_time")
    op.drop_column("series", "top_step")
    for name in (*LISTS, "grey_bits"):
        op.drop_column("datasets", name)
