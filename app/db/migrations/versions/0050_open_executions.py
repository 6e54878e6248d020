"""Open executions by schedule: what is open of 500 schedules is 500 looks, whatever their past."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0041"
branch_labels = None
depends_on = None

OPEN = "state IN ('queued', 'lost', 'starting', 'running', 'stopping', 'retrying')"


def upgrade() -> None:
    op.create_index(
        "ix_executions_open",
        "executions",
        ["schedule_id"],
        sqlite_where=sa.text(OPEN),
        postgresql_where=sa.text(OPEN),
    )


def downgrade() -> None:
    op.drop_index("ix_executions_open", "executions")
