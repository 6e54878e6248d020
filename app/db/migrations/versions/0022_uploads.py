"""Files that are uploaded in pieces."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

STATES = "('receiving', 'finished', 'claimed')"


def upgrade() -> None:
    _uploads()
    op.create_index(op.f("ix_uploads_owner_id_sha256"), "uploads", ["owner_id", "sha256"])
    op.create_index(op.f("ix_uploads_expires_at"), "uploads", ["expires_at"])
    op.create_table(
        "upload_parts",
        sa.Column("upload_id", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("file", sa.String(32), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["upload_id"],
            ["uploads.id"],
            name=op.f("fk_upload_parts_upload_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("upload_id", "number", name=op.f("pk_upload_parts")),
        sa.UniqueConstraint("file", name=op.f("uq_upload_parts_file")),
    )


def _uploads() -> None:
    op.create_table(
        "uploads",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purpose", sa.String(50), nullable=False),
        sa.Column("filename", sa.String(255), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("reference", sa.String(64)),
        sa.Column("file", sa.String(32), nullable=False),
        sa.Column("length", sa.BigInteger()),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("num_parts", sa.Integer()),
        sa.Column("concat", sa.String(10)),
        sa.Column("concat_ids", sa.Text()),
        sa.Column("expected_sha256", sa.String(64)),
        sa.Column("sha256", sa.String(64)),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("claimed_by", sa.String(100)),
        sa.Column("lock_holder", sa.String(32)),
        sa.Column("lock_expires_at", sa.Float()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"state IN {STATES}", name=op.f("ck_uploads_state")),
        sa.CheckConstraint(
            "received >= 0 AND (length IS NULL OR received <= length)",
            name=op.f("ck_uploads_offset"),
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_uploads_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
        sa.UniqueConstraint("file", name=op.f("uq_uploads_file")),
        sa.UniqueConstraint("owner_id", "reference", name=op.f("uq_uploads_owner_id_reference")),
    )


def downgrade() -> None:
    op.drop_table("upload_parts")
    op.drop_table("uploads")
