"""Federations across sites: who takes part, with which key, and how each site is."""

import sqlalchemy as sa
from alembic import op

from app.db.types import BigId, Json, UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "federations",
        sa.Column("id", BigId, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("owner_id", BigId, nullable=False),
        sa.Column("visibility", sa.String(length=20), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("ca_certificate", sa.Text(), nullable=False),
        sa.Column("wanted", sa.String(length=20), nullable=False),
        sa.Column("seen_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "visibility IN ('private', 'team')", name=op.f("ck_federations_visibility")
        ),
        sa.CheckConstraint("wanted IN ('running', 'stopped')", name=op.f("ck_federations_wanted")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_federations_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_federations")),
    )
    op.create_index(op.f("ix_federations_owner_id_id"), "federations", ["owner_id", "id"])
    _sites()
    op.add_column("runs", sa.Column("federation_id", BigId, nullable=True))
    op.create_index(op.f("ix_runs_federation_id"), "runs", ["federation_id"])


def _sites() -> None:
    op.create_table(
        "federation_sites",
        sa.Column("id", BigId, nullable=False),
        sa.Column("federation_id", BigId, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("token_expires_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("public_key", sa.String(length=1000), nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=True),
        sa.Column("expires_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("enrolled_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("node_id", sa.String(length=20), nullable=True),
        sa.Column("last_seen_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("versions", Json(), nullable=True),
        sa.Column("data_check", Json(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("last_error_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["federation_id"],
            ["federations.id"],
            name=op.f("fk_federation_sites_federation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_federation_sites")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_federation_sites_token_hash")),
    )
    op.create_index(
        op.f("ix_federation_sites_federation_id_id"), "federation_sites", ["federation_id", "id"]
    )
    op.create_index(op.f("ix_federation_sites_fingerprint"), "federation_sites", ["fingerprint"])


def downgrade() -> None:
    op.drop_index(op.f("ix_runs_federation_id"), table_name="runs")
    op.drop_column("runs", "federation_id")
    op.drop_table("federation_sites")
    op.drop_table("federations")
