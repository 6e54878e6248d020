"""How each part of the platform was when it was probed last."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import UtcDateTime


class HealthState(Base):
    """One part: ``since`` is when its status changed last, ``probed_at`` when it was looked at."""

    __tablename__ = "health_states"

    part: Mapped[str] = mapped_column(String(100), primary_key=True)
    status: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(50))
    detail: Mapped[str] = mapped_column(String(500))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    probed_at: Mapped[datetime] = mapped_column(UtcDateTime)
