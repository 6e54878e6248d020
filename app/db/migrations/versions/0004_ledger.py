"""The ledger of a federation: where time and bytes went, and the model of every round."""

import sqlalchemy as sa
from alembic import op

from app.db.types import BigId, Json, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

PARTS = {
    "waiting_seconds": sa.Float,
    "training_seconds": sa.Float,
    "sending_seconds": sa.Float,
    "bytes_down": sa.BigInteger,
    "bytes_up": sa.BigInteger,
    "loss_before": sa.Float,
    "loss_after": sa.Float,
    "weight": sa.Float,
    "leave_one_out": sa.Float,
    "log_id": sa.BigInteger,
}


def upgrade() -> None:
    for name, kind in PARTS.items():
        op.add_column("rounds", sa.Column(name, kind(), nullable=True))
    _rounds()
    _checkpoints()
    _take_over_rounds()


def _rounds() -> None:
    op.create_table(
        "federated_rounds",
        sa.Column("id", BigId, nullable=False),
        sa.Column("run_id", BigId, nullable=False),
        sa.Column("round_number", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("started_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("taking_part", sa.Integer(), nullable=True),
        sa.Column("good", sa.Integer(), nullable=True),
        sa.Column("quorum", sa.Integer(), nullable=True),
        sa.Column("bytes_down", sa.BigInteger(), nullable=True),
        sa.Column("bytes_up", sa.BigInteger(), nullable=True),
        sa.Column("fit_metrics", Json(), nullable=True),
        sa.Column("eval_metrics", Json(), nullable=True),
        sa.CheckConstraint(
            "status IN ('running', 'completed', 'no_quorum')",
            name=op.f("ck_federated_rounds_status"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_federated_rounds_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_federated_rounds")),
        sa.UniqueConstraint(
            "run_id", "round_number", name=op.f("uq_federated_rounds_run_id_round_number")
        ),
    )


def _checkpoints() -> None:
    op.create_table(
        "run_checkpoints",
        sa.Column("id", BigId, nullable=False),
        sa.Column("run_id", BigId, nullable=False),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.Column("best_step", sa.BigInteger(), nullable=True),
        sa.Column("files", Json(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_run_checkpoints_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_checkpoints")),
        sa.UniqueConstraint("run_id", "step", name=op.f("uq_run_checkpoints_run_id_step")),
    )


def _take_over_rounds() -> None:
    """Write a row for every round that was reported as an event until now."""
    runs = sa.table("runs", sa.column("id"))
    events = sa.table(
        "events",
        sa.column("topic"),
        sa.column("seq"),
        sa.column("type"),
        sa.column("at", UtcDateTime()),
        sa.column("data", Json()),
    )
    connection = op.get_bind()
    known = {f"run:{run_id}": run_id for run_id in connection.scalars(sa.select(runs.c.id))}
    reported = sa.select(events).where(events.c.type.in_(["round_start", "round_end"]))
    rows: dict[tuple[int, int], dict[str, object]] = {}
    for event in connection.execute(reported.order_by(events.c.topic, events.c.seq)):
        if event.topic in known:
            _note(rows, known[event.topic], event)
    if rows:
        columns = ("run_id", "round_number", "attempt", "status", "started_at", "seconds")
        target = sa.table(
            "federated_rounds",
            *(sa.column(name) for name in columns if name != "started_at"),
            sa.column("started_at", UtcDateTime()),
            sa.column("fit_metrics", Json()),
            sa.column("eval_metrics", Json()),
        )
        connection.execute(target.insert(), list(rows.values()))


def _note(rows: dict, run_id: int, event: sa.Row) -> None:
    number = event.data["round"]
    blank = {"run_id": run_id, "round_number": number, "attempt": 0, "status": "running"}
    blank |= {"started_at": None, "seconds": None, "fit_metrics": None, "eval_metrics": None}
    row = rows.setdefault((run_id, number), blank)
    if event.type == "round_start":
        row |= {"started_at": event.at}
    else:
        row |= {"status": "completed", "seconds": event.data.get("seconds")}
        row |= {name: event.data.get(name) for name in ("fit_metrics", "eval_metrics")}


def downgrade() -> None:
    op.drop_table("run_checkpoints")
    op.drop_table("federated_rounds")
    for name in reversed(PARTS):
        op.drop_column("rounds", name)
