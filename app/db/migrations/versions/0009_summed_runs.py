"""An index that holds all that analytics reads of a run."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

NAME = "ix_runs_summed"
COLUMNS = ["archived_at", "status", "training_mode", "id", "start_time", "end_time"]
COLUMNS += ["owner_id", "visibility", "best_val_recall", "best_val_accuracy"]


def upgrade() -> None:
    op.create_index(NAME, "runs", COLUMNS)


def downgrade() -> None:
    op.drop_index(NAME, table_name="runs")
