"""How programs get forecasts of a session: their keys, and where inputs come from."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import BigId, Json, UtcDateTime


class ForecastKey(Base):
    """A key that gets forecasts of one session, in the name of ``user_id``.

    A revoked one stays as a row. ``recent`` holds the seconds since 1970 of its newest calls.
    """

    __tablename__ = "forecast_keys"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    session_id: Mapped[int] = mapped_column(
        ForeignKey("forecast_sessions.id", ondelete="CASCADE"), index=True
    )
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(String(200))
    prefix: Mapped[str] = mapped_column(String(20))
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    recent: Mapped[list[float]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ForecastConfig(Base):
    """What a person has chosen for forecasts of a session: sources of inputs, and the model."""

    __tablename__ = "forecast_configs"

    session_id: Mapped[int] = mapped_column(
        ForeignKey("forecast_sessions.id", ondelete="CASCADE"), primary_key=True
    )
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
