"""The rounds of a federation as wholes, and the checkpoints from which any of them goes on."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Float,
    ForeignKey,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import BigId, Json, UtcDateTime

ROUND_STATUSES = ("running", "completed", "no_quorum")


class FederatedRound(Base):
    """One round: written when it begins, filled in when it ends.

    A round that still says running in a run that is over was interrupted.
    """

    __tablename__ = "federated_rounds"
    __table_args__ = (
        UniqueConstraint("run_id", "round_number"),
        CheckConstraint(f"status IN {ROUND_STATUSES!r}", name="status"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"))
    round_number: Mapped[int] = mapped_column(Integer)
    attempt: Mapped[int] = mapped_column(Integer)
    status: Mapped[str] = mapped_column(String(20))
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seconds: Mapped[float | None] = mapped_column(Float)
    taking_part: Mapped[int | None] = mapped_column(Integer)
    good: Mapped[int | None] = mapped_column(Integer)
    quorum: Mapped[int | None] = mapped_column(Integer)
    bytes_down: Mapped[int | None] = mapped_column(BigInteger)
    bytes_up: Mapped[int | None] = mapped_column(BigInteger)
    fit_metrics: Mapped[dict[str, Any] | None] = mapped_column(Json)
    eval_metrics: Mapped[dict[str, Any] | None] = mapped_column(Json)


class RunCheckpoint(Base):
    """A checkpoint that outlives the next one: ``files`` maps a name to the key of its object.

    Checkpoints share objects: the best model so far is that of the round it came from.
    """

    __tablename__ = "run_checkpoints"
    __table_args__ = (UniqueConstraint("run_id", "step"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"))
    step: Mapped[int] = mapped_column(BigInteger)
    best_step: Mapped[int | None] = mapped_column(BigInteger)
    files: Mapped[dict[str, str]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
