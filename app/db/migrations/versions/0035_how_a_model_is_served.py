"""How much GPU memory a model needs, and the command that serves it: notes of who registered it."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("benchmark_models", sa.Column("min_vram", sa.Float()))
    op.add_column("benchmark_models", sa.Column("vllm_serve_cmd", sa.Text()))


def downgrade() -> None:
    op.drop_column("benchmark_models", "vllm_serve_cmd")
    op.drop_column("benchmark_models", "min_vram")
