"""Searches over the settings of a model family; each trial is a run of its own."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import BigId, Json, UtcDateTime

OUTCOMES = ("completed", "stopped", "pruned")


class ModelSearch(Base):
    """One search: ``settings`` are those of every trial, but for the ranges in ``space``.

    ``sizes`` counts the samples of training and validation, None before a trial has cut them.
    ``kept_run_id`` is the trial that became a model of the session; no other is measured on test
    rows.
    """

    __tablename__ = "model_searches"
    __table_args__ = (Index(None, "session_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("forecast_sessions.id", ondelete="CASCADE"))
    mode: Mapped[str] = mapped_column(String(20))
    settings: Mapped[dict[str, Any]] = mapped_column(Json)
    space: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    seed: Mapped[int] = mapped_column(BigId)
    trials: Mapped[int] = mapped_column(Integer)
    sizes: Mapped[dict[str, int] | None] = mapped_column(Json)
    kept_run_id: Mapped[int | None] = mapped_column(BigId)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SearchTrial(Base):
    """A trial of a search, beside its run and its model; numbers count from 0.

    ``parameters`` are drawn when a worker begins and stay, also after a kill. ``outcome`` is None
    until there is a model or the trial was pruned; a failed one has none. ``value`` is the error
    of the kept model on the validation block (RMSE of scaled values), ``curve`` that after each
    epoch.
    """

    __tablename__ = "search_trials"
    __table_args__ = (
        CheckConstraint(f"outcome IN {OUTCOMES!r}", name="outcome"),
        UniqueConstraint("search_id", "number"),
    )

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    search_id: Mapped[int] = mapped_column(ForeignKey("model_searches.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    parameters: Mapped[dict[str, Any] | None] = mapped_column(Json)
    outcome: Mapped[str | None] = mapped_column(String(20))
    value: Mapped[float | None] = mapped_column(Float)
    curve: Mapped[list[float] | None] = mapped_column(Json)
