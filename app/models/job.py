"""Jobs: the rows that are the truth about work (design D1)."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Float, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import BigId, Json, UtcDateTime
from app.jobs.states import ALL_STATES


class Job(Base):
    """One piece of work, through all of its attempts.

    ``attempt`` is the fence: every write of a worker names the attempt it believes to be, and
    a number that has moved on refuses it. ``lease_until`` is in seconds since 1970 by the
    database's clock. ``lease_seconds`` is how long each lease of a job lasts that an
    external program does; None there means that nobody watches it. ``acknowledged_at`` is when
    its owner took its failure out of what needs attention.

    ``waits_for`` is the kind of outage (app/outage_kinds.py) that made it wait, None once it is
    claimed again; ``outages`` is how often that came in a row without a new checkpoint.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint(f"state IN {ALL_STATES!r}", name="state"),
        Index(None, "state", "id"),
        Index(None, "state", "queue", "id"),
        Index(None, "owner_id", "state", "id"),
        Index(None, "kind", "state", "id"),
        Index(None, "created_at"),
        Index(None, "subject", "id"),
        Index(None, "kind", "owner_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(50))
    queue: Mapped[str] = mapped_column(String(50))
    subject: Mapped[str] = mapped_column(String(100))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    state: Mapped[str] = mapped_column(String(20))
    attempt: Mapped[int] = mapped_column(Integer, default=0)
    deaths: Mapped[int] = mapped_column(Integer, default=0)
    outages: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    waits_for: Mapped[str | None] = mapped_column(String(50))
    holder: Mapped[str | None] = mapped_column(String(200))
    lease_until: Mapped[float | None] = mapped_column(Float)
    lease_seconds: Mapped[float | None] = mapped_column(Float)
    not_before: Mapped[float] = mapped_column(Float, default=0.0)
    dispatch_id: Mapped[str | None] = mapped_column(String(100))
    dispatched_at: Mapped[float | None] = mapped_column(Float)
    progress: Mapped[float] = mapped_column(Float, default=0.0)
    message: Mapped[str | None] = mapped_column(Text)
    checkpoint_step: Mapped[int | None] = mapped_column(BigInteger)
    checkpoint_attempt: Mapped[int] = mapped_column(Integer, default=0)
    error: Mapped[dict[str, Any] | None] = mapped_column(Json)
    stop_requested_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    heartbeat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def said(self) -> str | None:
        """Return what it says of itself: what it waits for, otherwise its ``message``."""
        return self.message if self.waits_for is None else (self.error or {}).get("detail")
