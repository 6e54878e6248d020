"""What groups of results read of a run lies beside what else analytics reads."""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

NAME = "ix_runs_summed"
SUMMED = (
    "archived_at", "status", "training_mode", "id", "start_time", "duration_seconds", "owner_id",
    "visibility", "best_val_recall", "best_val_accuracy",
)  # fmt: skip
GROUPED = ("task", "dataset_id", "origin")


def upgrade() -> None:
    _index_again([*SUMMED, *GROUPED])


def downgrade() -> None:
    _index_again([*SUMMED])


def _index_again(columns: list[str]) -> None:
    op.drop_index(NAME, "runs")
    op.create_index(NAME, "runs", columns)
