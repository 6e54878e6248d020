"""Indexes for every order and every filter over what a run's row says of itself.

Lists sort by these by walking an index, and the wide index answers a filter over any short
attribute without reading the rows, whose configurations make them long.
"""

from alembic import op
from sqlalchemy import text

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

DURATION = {
    "sqlite": "round((julianday(end_time) - julianday(start_time)) * 86400.0, 3)",
    "postgresql": "(round(extract(epoch from end_time - start_time), 3)::double precision)",
}
PROBED = ["id", "archived_at", "visibility", "owner_id", "status", "training_mode"]
COVERED = ["start_time", "end_time", "origin", "dataset_id", "seed", "best_val_recall"]
COVERED += ["best_val_accuracy", "name"]
SORTED = ("start_time", "end_time", "status", "training_mode")


def upgrade() -> None:
    duration = DURATION[op.get_bind().dialect.name]
    # PostgreSQL answers from the index alone only where it finds the parts of a value in it, too
    columns, parts = [text(duration), "id"], ["start_time", "end_time"]
    op.create_index("ix_runs_duration_id", "runs", columns, postgresql_include=parts)
    for name in SORTED:
        op.create_index(op.f(f"ix_runs_{name}_id"), "runs", [name, "id"])
    op.drop_index(op.f("ix_runs_start_time"), table_name="runs")
    op.drop_index("ix_runs_probed", table_name="runs")
    op.create_index("ix_runs_probed", "runs", [*PROBED, *COVERED])


def downgrade() -> None:
    op.drop_index("ix_runs_probed", table_name="runs")
    op.create_index("ix_runs_probed", "runs", PROBED)
    op.create_index(op.f("ix_runs_start_time"), "runs", ["start_time"])
    for name in SORTED:
        op.drop_index(op.f(f"ix_runs_{name}_id"), table_name="runs")
    op.drop_index("ix_runs_duration_id", table_name="runs")
