"""What is open, what failed and what ended last, without a look at the whole past."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_executions_open": (
        ["schedule_id"],
        "state IN ('queued', 'lost', 'starting', 'running', 'stopping', 'retrying')",
    ),
    "ix_executions_failed": (["schedule_id", "id"], "state = 'failed'"),
    "ix_executions_failed_owner_id": (["owner_id", "id"], "state = 'failed'"),
    "ix_executions_at_work": (["owner_id"], "state IN ('starting', 'running', 'stopping')"),
    "ix_executions_owner_id_finished_at": (
        ["owner_id", "finished_at"], "finished_at IS NOT NULL",
    ),
}  # fmt: skip


def upgrade() -> None:
    for name, (columns, condition) in INDEXES.items():
        where = sa.text(condition)
        op.create_index(name, "executions", columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(name, "executions")
