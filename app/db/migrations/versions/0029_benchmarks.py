"""Personas, traits, and benchmark runs with their answers."""

import sqlalchemy as sa
from alembic import op

from app.db.types import BigId

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
VISIBILITY = sa.CheckConstraint("visibility IN ('private', 'team')", name="visibility")
ORDER = "scale_order IN ('in', 'rev')"
KINDS = "kind IN ('pool', 'balanced', 'counterfactual', 'reality', 'uploaded')"
AXES = "changed_attribute IN ('gender', 'age', 'origin', 'religion', 'sexuality')"


def upgrade() -> None:
    _personas()
    _traits()
    _runs()
    for table, columns in (
        (
            "benchmark_answers",
            (
                sa.Column("rating", sa.SmallInteger(), nullable=False),
                sa.Column("probabilities", sa.Text()),
                sa.Column("latency_ms", sa.Integer(), nullable=False),
                sa.CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
            ),
        ),
        ("benchmark_failures", (sa.Column("kind", sa.String(40), nullable=False),)),
    ):
        _items(table, columns)
    for table in ("benchmark_answers", "benchmark_failures"):
        op.create_index(None, table, ["trait_id"])
        op.create_index(None, table, ["persona_id"])
    op.create_table(
        "benchmark_cache",
        sa.Column("run_id", BigId, _of("benchmark_runs.id"), primary_key=True),
        sa.Column("kind", sa.String(40), primary_key=True),
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
    )


def _personas() -> None:
    op.create_table(
        "persona_sets",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("slug", sa.String(100), unique=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("owner_id", BigId, sa.ForeignKey("users.id")),
        sa.Column("visibility", sa.String(20), nullable=False),
        sa.Column("seed", BigId),
        sa.Column("config", sa.Text(), nullable=False),
        sa.Column("source_id", BigId, sa.ForeignKey("persona_sets.id", ondelete="SET NULL")),
        sa.Column("num_personas", sa.Integer(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        VISIBILITY.copy(),
        sa.CheckConstraint(KINDS, name="kind"),
        sa.UniqueConstraint("owner_id", "name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "personas",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("set_id", BigId, _of("persona_sets.id"), nullable=False),
        sa.Column("uuid", sa.String(36), nullable=False),
        sa.Column("name", sa.String(200)),
        sa.Column("age", sa.Integer()),
        sa.Column("gender", sa.String(20)),
        sa.Column("origin", sa.String(100)),
        sa.Column("origin_region", sa.String(100)),
        sa.Column("origin_subregion", sa.String(100)),
        sa.Column("education", sa.String(100)),
        sa.Column("occupation", sa.String(200)),
        sa.Column("occupation_category", sa.String(100)),
        sa.Column("marriage_status", sa.String(20)),
        sa.Column("migration_status", sa.String(20)),
        sa.Column("religion", sa.String(30)),
        sa.Column("sexuality", sa.String(20)),
        sa.Column("role", sa.String(20)),
        sa.Column("source_persona_id", BigId, _of("personas.id")),
        sa.Column("changed_attribute", sa.String(20)),
        sa.Column("from_value", sa.String(200)),
        sa.Column("to_value", sa.String(200)),
        sa.UniqueConstraint("set_id", "uuid"),
        sa.CheckConstraint("role IN ('source', 'counterfactual')", name="role"),
        sa.CheckConstraint(AXES, name="changed_attribute"),
    )
    op.create_index(None, "personas", ["source_persona_id"])


def _traits() -> None:
    op.create_table(
        "traits",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("code", sa.String(100), nullable=False, unique=True),
        sa.Column("adjective", sa.String(200), nullable=False),
        sa.Column("adjective_key", sa.String(200), nullable=False, unique=True),
        sa.Column("adjective_de", sa.String(200)),
        sa.Column("case_template", sa.Text()),
        sa.Column("category", sa.String(100)),
        sa.Column("valence", sa.Integer()),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("owner_id", BigId, sa.ForeignKey("users.id")),
        sa.Column("visibility", sa.String(20), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.CheckConstraint("valence IN (-1, 0, 1)", name="valence"),
        VISIBILITY.copy(),
    )
    op.create_index(None, "traits", ["category"])


def _runs() -> None:
    op.create_table(
        "benchmark_models",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("owner_id", BigId, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("visibility", sa.String(20), nullable=False),
        sa.Column("base_url", sa.String(500), nullable=False),
        sa.Column("key_encrypted", sa.Text()),
        sa.Column("input_price", sa.Float()),
        sa.Column("output_price", sa.Float()),
        sa.Column("currency", sa.String(10), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        VISIBILITY.copy(),
        sa.UniqueConstraint("owner_id", "name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "benchmark_runs",
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
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("warm_up", sa.Text()),
        sa.Column("prompt_tokens", sa.BigInteger(), nullable=False),
        sa.Column("completion_tokens", sa.BigInteger(), nullable=False),
        sa.Column("uncounted_requests", sa.BigInteger(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("started_at", TIME),
        sa.Column("finished_at", TIME),
        VISIBILITY.copy(),
        sqlite_autoincrement=True,
    )
    op.create_index(None, "benchmark_runs", ["owner_id", "id"])
    op.create_index(None, "benchmark_runs", ["set_id"])


def _items(table: str, columns: tuple[sa.schema.SchemaItem, ...]) -> None:
    op.create_table(
        table,
        sa.Column("run_id", BigId, _of("benchmark_runs.id"), primary_key=True),
        sa.Column("persona_id", BigId, sa.ForeignKey("personas.id"), primary_key=True),
        sa.Column("trait_id", BigId, sa.ForeignKey("traits.id"), primary_key=True),
        sa.Column("scale_order", sa.String(3), primary_key=True),
        sa.Column("wording", sa.SmallInteger(), primary_key=True),
        sa.Column("cue", sa.SmallInteger(), primary_key=True),
        sa.Column("repeat", sa.SmallInteger(), primary_key=True),
        sa.Column("attempt", sa.SmallInteger(), nullable=False),
        sa.Column("answer_raw", sa.String(2000), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        *columns,
        sa.CheckConstraint(ORDER, name="scale_order"),
    )


def _of(column: str) -> sa.ForeignKey:
    return sa.ForeignKey(column, ondelete="CASCADE")


def downgrade() -> None:
    for table in (
        "benchmark_cache",
        "benchmark_failures",
        "benchmark_answers",
        "benchmark_runs",
        "benchmark_models",
        "traits",
        "personas",
        "persona_sets",
    ):
        op.drop_table(table)
