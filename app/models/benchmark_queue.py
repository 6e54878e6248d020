"""The queues of people: what of benchmarks waits for its turn, and whether it may begin."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import BigId, Json, UtcDateTime

ENTRY_TYPES = ("benchmark", "attrgen", "pool_gen", "balanced_gen", "analysis")
QUEUED, WAITING, RUNNING, DONE = "queued", "waiting", "running", "done"
FAILED, CANCELLED, SKIPPED = "failed", "cancelled", "skipped"
ENTRY_STATUSES = (QUEUED, WAITING, RUNNING, DONE, FAILED, CANCELLED, SKIPPED)


class QueueEntry(Base):
    """Something to be done when its turn comes; ``result_id`` is what it became then.

    ``waiting`` is an entry that another one must finish first (``depends_on``, whose
    number stays when that is deleted). ``config`` was
    checked when it was added. ``error`` says why it failed or was skipped;
    ``started_at`` is when it last began.
    """

    __tablename__ = "benchmark_queue_entries"
    __table_args__ = (
        CheckConstraint(f"type IN {ENTRY_TYPES!r}", name="type"),
        CheckConstraint("visibility IN ('private', 'team')", name="visibility"),
        CheckConstraint(f"status IN {ENTRY_STATUSES!r}", name="status"),
        Index(None, "owner_id", "status", "position"),
        Index(None, "depends_on"),
        Index(None, "type", "result_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    visibility: Mapped[str] = mapped_column(String(20), default="private")
    type: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20))
    position: Mapped[int] = mapped_column(BigInteger)
    label: Mapped[str] = mapped_column(String(200))
    config: Mapped[dict[str, Any]] = mapped_column(Json)
    depends_on: Mapped[int | None] = mapped_column(BigId)
    result_id: Mapped[int | None] = mapped_column(BigId)
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PersonQueue(Base):
    """Whether entries of a person begin: only while it is started and not paused."""

    __tablename__ = "benchmark_queues"

    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    is_started: Mapped[bool] = mapped_column(default=True)
    is_paused: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
