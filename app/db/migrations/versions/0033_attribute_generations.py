"""What language models wrote about personas, and the queues of people."""

import sqlalchemy as sa
from alembic import op

from app.db.types import BigId

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

TYPES = "type IN ('benchmark', 'attrgen', 'pool_gen', 'balanced_gen', 'analysis')"
STATUSES = "status IN ('queued', 'waiting', 'running', 'done', 'failed', 'cancelled', 'skipped')"
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _generations()
    _of_generation(
        "generated_texts",
        sa.Column("key", sa.String(20), primary_key=True),
        sa.Column("value", sa.Text(), nullable=False),
        sa.CheckConstraint("key IN ('name', 'appearance', 'biography')", name="key"),
    )
    _of_generation(
        "generation_failures",
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("answer_raw", sa.String(2000), nullable=False),
    )
    op.add_column("benchmark_runs", sa.Column("attrgen_run_id", BigId))
    op.create_index(None, "benchmark_runs", ["attrgen_run_id"])
    _queues()


def _queues() -> None:
    op.create_table(
        "benchmark_queues",
        sa.Column("owner_id", BigId, sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("is_started", sa.Boolean(), nullable=False),
        sa.Column("is_paused", sa.Boolean(), nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
    )
    op.create_table(
        "benchmark_queue_entries",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("owner_id", BigId, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("visibility", sa.String(20), nullable=False),
        sa.Column("type", sa.String(20), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("config", sa.Text(), nullable=False),
        sa.Column("depends_on", BigId),
        sa.Column("result_id", BigId),
        sa.Column("error", sa.Text()),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("started_at", TIME),
        sa.Column("finished_at", TIME),
        sa.CheckConstraint(TYPES, name="type"),
        sa.CheckConstraint(STATUSES, name="status"),
        sa.CheckConstraint("visibility IN ('private', 'team')", name="visibility"),
        sqlite_autoincrement=True,
    )
    for columns in (["owner_id", "status", "position"], ["depends_on"], ["type", "result_id"]):
        op.create_index(None, "benchmark_queue_entries", columns)


def _generations() -> None:
    op.create_table(
        "attribute_generations",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("owner_id", BigId, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("visibility", sa.String(20), nullable=False),
        sa.Column("set_id", BigId, sa.ForeignKey("persona_sets.id"), nullable=False),
        sa.Column("model_id", BigId, sa.ForeignKey("benchmark_models.id"), nullable=False),
        sa.Column("model_name", sa.String(200), nullable=False),
        sa.Column("manifest", sa.Text(), nullable=False),
        sa.Column("manifest_hash", sa.String(64), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("probe", sa.Text()),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("texts_hash", sa.String(64)),
        sa.Column("prompt_tokens", sa.BigInteger(), nullable=False),
        sa.Column("completion_tokens", sa.BigInteger(), nullable=False),
        sa.Column("uncounted_requests", sa.BigInteger(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("started_at", TIME),
        sa.Column("finished_at", TIME),
        sa.CheckConstraint("visibility IN ('private', 'team')", name="visibility"),
        sqlite_autoincrement=True,
    )
    op.create_index(None, "attribute_generations", ["owner_id", "id"])
    op.create_index(None, "attribute_generations", ["set_id"])


def _of_generation(table: str, *columns: sa.schema.SchemaItem) -> None:
    generation = sa.ForeignKey("attribute_generations.id", ondelete="CASCADE")
    op.create_table(
        table,
        sa.Column("generation_id", BigId, generation, primary_key=True),
        sa.Column("persona_id", BigId, sa.ForeignKey("personas.id"), primary_key=True),
        *columns,
        sa.Column("attempt", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
    )
    op.create_index(None, table, ["persona_id"])


def downgrade() -> None:
    op.drop_index("ix_benchmark_runs_attrgen_run_id", "benchmark_runs")
    op.drop_column("benchmark_runs", "attrgen_run_id")
    for table in (
        "benchmark_queue_entries",
        "benchmark_queues",
        "generation_failures",
        "generated_texts",
        "attribute_generations",
    ):
        op.drop_table(table)
