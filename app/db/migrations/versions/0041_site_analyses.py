"""Visits of web sites: what each analysis of a page came to."""

import sqlalchemy as sa
from alembic import op

from app.db.types import BigId, Json, UtcDateTime

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "site_analyses",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("owner_id", BigId, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("visibility", sa.String(20), nullable=False),
        sa.Column("url", sa.String(2000), nullable=False),
        sa.Column("url_hash", sa.String(64), nullable=False),
        sa.Column("site_kind", sa.String(20), nullable=False),
        sa.Column("competitor_id", sa.String(200)),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("code", sa.String(30)),
        sa.Column("reason", sa.String(30)),
        sa.Column("detail", sa.String(500)),
        sa.Column("title", sa.String(500)),
        sa.Column("findings", sa.Integer(), nullable=False),
        sa.Column("broken_links", sa.Integer(), nullable=False),
        sa.Column("result", Json()),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("visibility IN ('private', 'team')", name="visibility"),
        sa.CheckConstraint("site_kind IN ('user_website', 'competitor')", name="site_kind"),
        sa.CheckConstraint(
            "outcome IN ('analysed', 'skipped', 'refused', 'failed')", name="outcome"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(None, "site_analyses", ["owner_id", "site_kind", "url_hash", "id"])


def downgrade() -> None:
    op.drop_table("site_analyses")
