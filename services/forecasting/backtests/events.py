"""What a backtest reports on its session's topic."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from app.events import A_MINUTE, Progress


@dataclass(frozen=True, kw_only=True)
class BacktestProgress(Progress):
    """How far a backtest is: ``percent`` never falls, ``done`` of ``cutoffs`` are measured.

    ``job_state`` is the engine's word, ``detail`` the reason of a failure.
    """

    type: ClassVar[str] = "backtest_progress"
    kept_for: ClassVar[timedelta | None] = A_MINUTE  # the topic of a session is never over
    backtest_id: int
    run_id: int
    done: int
    cutoffs: int
    percent: float
    job_state: str
    detail: str | None = None
