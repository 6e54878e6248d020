"""Curves at any zoom: a pyramid behind the blocks, and batches that are taken once."""

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
