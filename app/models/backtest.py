"""Backtests of a session's models: refitted at several cut-offs, and what each fold measured."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import BigId, Json, UtcDateTime


class Backtest(Base):
    """One backtest of the model of ``run_id``; its newest job says whether it waits or runs.

    ``folds`` holds what was measured at each cut-off so far, the earliest first: a later attempt
    goes on behind them. ``finished_at`` is set once all ``cutoffs`` are measured.
    """

    __tablename__ = "backtests"
    # a number is never used again: jobs of a deleted one keep its name
    __table_args__ = (Index(None, "session_id", "run_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("forecast_sessions.id", ondelete="CASCADE"))
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"))
    cutoffs: Mapped[int] = mapped_column(Integer)
    test_windows: Mapped[int] = mapped_column(Integer)
    validation_windows: Mapped[int] = mapped_column(Integer)
    folds: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
