"""What lists of jobs walk: by state, by owner, by kind, each the newest first."""

from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

LISTED = (
    ["state", "id"],
    ["state", "queue", "id"],
    ["owner_id", "state", "id"],
    ["kind", "state", "id"],
    ["created_at"],
)


def upgrade() -> None:
    for columns in LISTED:
        op.create_index(None, "jobs", columns)
    op.drop_index("ix_jobs_state_queue", "jobs")


def downgrade() -> None:
    op.create_index("ix_jobs_state_queue", "jobs", ["state", "queue"])
    for columns in LISTED:
        op.drop_index(f"ix_jobs_{'_'.join(columns)}", "jobs")
