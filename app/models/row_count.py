"""How many rows there are by the hour they were made in: so that lists need not count them all."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import BigId, UtcDateTime

EVENT, EXECUTION = "event", "execution"
SOURCES = (EVENT, EXECUTION)


class HourlyCount(Base):
    """Rows of an owner (0: nobody) that were made in an hour (UTC), by ``word``: type or kind.

    Only rows up to ``CountedUntil.until_id`` are in it. Their ids lie from ``first_id`` to
    ``last_id``, among others.
    """

    __tablename__ = "hourly_counts"
    __table_args__ = (CheckConstraint(f"source IN {SOURCES!r}", name="source"),)

    source: Mapped[str] = mapped_column(String(10), primary_key=True)
    owner_no: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    hour: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    word: Mapped[str] = mapped_column(String(50), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)
    first_id: Mapped[int] = mapped_column(BigId)
    last_id: Mapped[int] = mapped_column(BigId)


class CountedUntil(Base):
    """Up to which id rows are counted by the hour, and up to which they will be next.

    ``next_id`` was the newest id at ``next_at``: a while later nothing up to it is still to come.
    """

    __tablename__ = "counted_until"
    __table_args__ = (CheckConstraint(f"source IN {SOURCES!r}", name="source"),)

    source: Mapped[str] = mapped_column(String(10), primary_key=True)
    until_id: Mapped[int] = mapped_column(BigId)
    next_id: Mapped[int] = mapped_column(BigId)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
