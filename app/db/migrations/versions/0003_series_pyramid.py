"""Curves at any zoom: a pyramid behind the blocks, and batches that are taken once."""

import sqlalchemy as sa
from alembic import op

from app.db.types import BigId, UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BLOBS = ("by_4096", "by_256", "by_16", "steps", "values", "times")


def upgrade() -> None:
    op.add_column(
        "series", sa.Column("unsettled", sa.Integer(), server_default="0", nullable=False)
    )
    op.execute("UPDATE series SET unsettled = count")
    op.create_table(
        "series_segments",
        sa.Column("id", BigId, nullable=False),
        sa.Column("series_id", BigId, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_step", sa.BigInteger(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.LargeBinary(), nullable=False) for name in BLOBS),
        sa.ForeignKeyConstraint(
            ["series_id"],
            ["series.id"],
            name=op.f("fk_series_segments_series_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series_segments")),
    )
    op.create_index(
        op.f("ix_series_segments_series_id_first_step"),
        "series_segments",
        ["series_id", "first_step"],
    )
    op.create_table(
        "series_batches",
        sa.Column("run_id", BigId, nullable=False),
        sa.Column("batch_id", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_series_batches_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "batch_id", name=op.f("pk_series_batches")),
    )
    op.create_index(op.f("ix_series_batches_at"), "series_batches", ["at"])
    if op.get_bind().dialect.name == "postgresql":
        _keep_as_they_are("series_blocks", BLOBS[3:])
        _keep_as_they_are("series_segments", BLOBS)


def _keep_as_they_are(table: str, columns: tuple[str, ...]) -> None:
    """Spare PostgreSQL from trying to compress what does not become smaller."""
    for column in columns:
        op.execute(f'ALTER TABLE {table} ALTER COLUMN "{column}" SET STORAGE EXTERNAL')


def downgrade() -> None:
    op.drop_table("series_batches")
    op.drop_table("series_segments")
    op.drop_column("series", "unsettled")
