"""For how many people a part of the platform is switched on."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import UtcDateTime


class Flag(Base):
    """A switch that was moved; a part without a row is on for everybody.

    Nobody as ``changed_by_id`` means that the platform itself braked a roll-out.
    """

    __tablename__ = "flags"
    __table_args__ = (CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),)

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    percent: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(String(500))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
