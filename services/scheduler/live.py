"""What schedules report on their topics and on those of the lists that show them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from app.events import A_MINUTE, Event, Progress


@dataclass(frozen=True, kw_only=True)
class ScheduleChanged(Event):
    """A schedule was made, changed, paused or archived, or its circuit moved."""

    type: ClassVar[str] = "schedule_changed"
    schedule_id: int
    state: str
    next_run_at: str | None
    version: int


@dataclass(frozen=True, kw_only=True)
class ExecutionChanged(Event):
    """An execution began, waits for its next attempt, or is over."""

    type: ClassVar[str] = "execution_changed"
    schedule_id: int
    execution_id: int
    state: str
    attempt: int


@dataclass(frozen=True, kw_only=True)
class SchedulesDispatched(Progress):
    """The clock made executions of so many schedules: lists look again."""

    type: ClassVar[str] = "schedules_dispatched"
    kept_for: ClassVar[timedelta | None] = A_MINUTE
    executions: int
