"""Events and the counter that numbers them."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import Json, UtcDateTime


class Topic(Base):
    """The counter of one topic. A row, not a sequence: numbers appear in commit order."""

    __tablename__ = "topics"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    last_seq: Mapped[int] = mapped_column(BigInteger)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    trimmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class EventRow(Base):
    """One event of one topic."""

    __tablename__ = "events"
    __table_args__ = (Index(None, "topic", "is_progress", "type", "client"),)

    topic: Mapped[str] = mapped_column(String(100), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    type: Mapped[str] = mapped_column(String(50))
    client: Mapped[str] = mapped_column(String(255), default="")
    is_progress: Mapped[bool] = mapped_column(Boolean, default=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    data: Mapped[dict[str, Any]] = mapped_column(Json)
