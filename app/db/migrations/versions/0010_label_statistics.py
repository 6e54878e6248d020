"""Let PostgreSQL know which values a parameter or a tag has.

It takes a name and a value for independent, so it expects a twentieth of the runs that really
have a common value, and looks up one run after the other where it should join.
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = ("run_params", "run_tags")


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in TABLES:
        op.execute(f"CREATE STATISTICS st_{table}_name_short (mcv) ON name, short FROM {table}")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in TABLES:
        op.execute(f"DROP STATISTICS st_{table}_name_short")
