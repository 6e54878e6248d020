"""What lists and pages show of executions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.models.job import Job
from app.models.schedule import ExecutionAttempt, ScheduleExecution


@dataclass(frozen=True, kw_only=True)
class ExecutionQuery:
    """Which executions: those with an id below ``after``, the newest first."""

    limit: int = 100
    after: int | None = None
    schedule_id: int | None = None
    kind: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    error_code: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ExecutionView:
    """An execution with the name of its schedule, and what a person can do about its failure."""

    row: ScheduleExecution
    schedule_name: str
    advice: str | None
    can_edit: bool


@dataclass(frozen=True, kw_only=True)
class ExecutionList:
    """One page; ``next`` is where the following one begins, None at the end."""

    items: Sequence[ExecutionView]
    next: int | None


@dataclass(frozen=True, kw_only=True)
class AttemptView:
    """An attempt with its job, None where it has none or that is gone."""

    row: ExecutionAttempt
    job: Job | None


@dataclass(frozen=True, kw_only=True)
class ExecutionDetail:
    """An execution with all its attempts, the first first."""

    execution: ExecutionView
    attempts: Sequence[AttemptView]
