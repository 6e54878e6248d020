"""How a person has files of one shape read."""

import sqlalchemy as sa
from alembic import op

from app.db.types import BigId

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_recipes",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("owner_id", BigId, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("shape", sa.String(64), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("owner_id", "name"),
        sa.UniqueConstraint("owner_id", "shape"),
    )


def downgrade() -> None:
    op.drop_table("import_recipes")
