"""Runs that can be searched: parameters, tags, notes, an archive, and the best of a series."""

import sqlalchemy as sa
from alembic import op

from app.db.types import BigId, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

LOWER_IS_BETTER = "name LIKE '%loss%' OR name LIKE '%error%'"
BEST = {"recall": ("val_recall", "val_recall"), "accuracy": ("val_acc", "val_accuracy")}
LISTED = ["visibility", "owner_id", "status", "training_mode"]
# texts sort by code point on both databases
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
SHORT = sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql")


def upgrade() -> None:
    # SQLite adds a checked column only in plain SQL; making the table again would empty others
    op.execute(
        "ALTER TABLE runs ADD COLUMN origin VARCHAR(20) DEFAULT 'trained' NOT NULL "
        "CONSTRAINT ck_runs_origin CHECK (origin IN ('trained', 'logged', 'imported'))"
    )
    op.add_column("runs", sa.Column("notes", sa.Text(), nullable=True))
    op.add_column("runs", sa.Column("archived_at", UtcDateTime(timezone=True), nullable=True))
    _labels("run_params", sa.Column("number", sa.Float(), nullable=True))
    _labels("run_tags")
    op.create_index(
        op.f("ix_run_params_name_number_run_id"), "run_params", ["name", "number", "run_id"]
    )
    op.add_column("series", sa.Column("best", sa.Float(), nullable=True))
    op.add_column("series", sa.Column("best_step", sa.BigInteger(), nullable=True))
    op.execute(f"UPDATE series SET best = min, best_step = min_step WHERE {LOWER_IS_BETTER}")
    op.execute(f"UPDATE series SET best = max, best_step = max_step WHERE NOT ({LOWER_IS_BETTER})")
    for value in ("last", "best"):
        columns = ["name", "client", value, "run_id"]
        op.create_index(op.f(f"ix_series_{'_'.join(columns)}"), "series", columns)
    for metric, names in BEST.items():
        op.add_column("runs", sa.Column(f"best_val_{metric}", sa.Float(), nullable=True))
        op.execute(
            f"UPDATE runs SET best_val_{metric} = CASE WHEN training_mode = 'federated' THEN "
            f"(SELECT max({metric}) FROM server_evaluations "
            "WHERE run_id = runs.id AND round_number > 0) ELSE "
            f"(SELECT max(max) FROM series WHERE run_id = runs.id AND client = '' AND name IN {names}) "
            "END"
        )
        best = f"best_val_{metric}"
        op.create_index(op.f(f"ix_runs_{best}_id"), "runs", [best, "id"])
    op.create_index("ix_runs_listed", "runs", ["archived_at", "start_time", "id", *LISTED])
    op.create_index("ix_runs_probed", "runs", ["id", "archived_at", *LISTED])


def _labels(table: str, *more: sa.Column) -> None:
    op.create_table(
        table,
        sa.Column("run_id", BigId, nullable=False),
        sa.Column("name", sa.String(length=250), nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.Column("short", SHORT, nullable=False),
        *more,
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f(f"fk_{table}_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "name", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_name_short_run_id"), table, ["name", "short", "run_id"])


def downgrade() -> None:
    op.drop_index("ix_runs_probed", table_name="runs")
    op.drop_index("ix_runs_listed", table_name="runs")
    for metric in BEST:
        op.drop_index(op.f(f"ix_runs_best_val_{metric}_id"), table_name="runs")
        op.drop_column("runs", f"best_val_{metric}")
    for value in ("best", "last"):
        op.drop_index(op.f(f"ix_series_name_client_{value}_run_id"), table_name="series")
    op.drop_column("series", "best_step")
    op.drop_column("series", "best")
    op.drop_table("run_tags")
    op.drop_table("run_params")
    op.drop_column("runs", "archived_at")
    op.drop_column("runs", "notes")
    # a checked column cannot be dropped on SQLite; an older program does not look at it
    if op.get_bind().dialect.name != "sqlite":
        op.drop_column("runs", "origin")
