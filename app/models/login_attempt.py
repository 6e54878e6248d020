"""Recent failures to sign in."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import Json, UtcDateTime


class LoginAttempts(Base):
    """The failures of one (account, address), or of one address: unix seconds, oldest first.

    One row per key, so that its lock makes parallel guesses count one after the other. ``key``
    is a hash: what people type into the wrong field must not be readable here.
    """

    __tablename__ = "login_attempts"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    recent: Mapped[list[float]] = mapped_column(Json)
    touched_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
