"""What lists and pages show of schedules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.models.schedule import Schedule, ScheduleExecution

MAX_OUTCOMES = 20


@dataclass(frozen=True, kw_only=True)
class ScheduleQuery:
    """Which schedules, and from where: those with an id below ``after``, the newest first."""

    limit: int = 100
    after: int | None = None
    kind: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    name: str | None = None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one execution came to."""

    execution_id: int
    state: str
    scheduled_for: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ScheduleView:
    """A schedule with its newest executions, the newest first, and what a person can do."""

    row: Schedule
    outcomes: Sequence[Outcome]
    open_execution: ScheduleExecution | None
    advice: str | None
    can_edit: bool


@dataclass(frozen=True, kw_only=True)
class ScheduleList:
    """One page; ``next`` is where the following one begins, None at the end."""

    items: Sequence[ScheduleView]
    total: int
    next: int | None
