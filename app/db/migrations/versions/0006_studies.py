"""Studies: central, federated and local-only training side by side."""

import sqlalchemy as sa
from alembic import op

from app.db.types import BigId, Json, UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "studies",
        sa.Column("id", BigId, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("owner_id", BigId, nullable=False),
        sa.Column("visibility", sa.String(length=20), nullable=False),
        sa.Column("dataset_id", BigId, nullable=False),
        sa.Column("metric", sa.String(length=50), nullable=False),
        sa.Column("config", Json(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("visibility IN ('private', 'team')", name=op.f("ck_studies_visibility")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_studies_owner_id")),
        sa.ForeignKeyConstraint(
            ["dataset_id"], ["datasets.id"], name=op.f("fk_studies_dataset_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studies")),
    )
    op.create_index(op.f("ix_studies_owner_id_id"), "studies", ["owner_id", "id"])
    op.create_table(
        "study_runs",
        sa.Column("study_id", BigId, nullable=False),
        sa.Column("run_id", BigId, nullable=False),
        sa.Column("arm", sa.String(length=20), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("client", sa.String(length=255), nullable=False),
        sa.CheckConstraint(
            "arm IN ('central', 'federated', 'local')", name=op.f("ck_study_runs_arm")
        ),
        sa.ForeignKeyConstraint(
            ["study_id"], ["studies.id"], name=op.f("fk_study_runs_study_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_study_runs_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("study_id", "run_id", name=op.f("pk_study_runs")),
    )
    op.create_index(op.f("ix_study_runs_run_id"), "study_runs", ["run_id"])


def downgrade() -> None:
    op.drop_table("study_runs")
    op.drop_table("studies")
