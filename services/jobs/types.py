"""What the list and the page of jobs show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.models.job import Job
from app.models.schedule import SOURCES, ScheduleExecution

DIRECT = "direct"  # no schedule is behind it: a person or a program started it
JOB_SOURCES = (*SOURCES, DIRECT)
COUNT_LIMIT = 10_000


@dataclass(frozen=True, kw_only=True)
class JobQuery:
    """Which jobs; what is empty does not decide. ``worker`` is how the worker's name begins."""

    ids: tuple[int, ...] = ()
    state: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    queue: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    error_code: tuple[str, ...] = ()
    subject: str | None = None
    owner_id: int | None = None
    schedule_id: int | None = None
    worker: str | None = None
    q: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class JobOwner:
    """Whose job it is."""

    id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class JobOrigin:
    """The execution of a schedule that a job is an attempt of."""

    execution_id: int
    schedule_id: int
    schedule_name: str
    source: str
    number: int


@dataclass(frozen=True, kw_only=True)
class Wait:
    """Why a job waits: a code, what its sentence is made of, and the sentence in English."""

    code: str
    detail: str
    params: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class JobRow:
    """One row of the list."""

    job: Job
    name: str | None
    href: str | None
    owner: JobOwner | None
    origin: JobOrigin | None
    error_code: str | None
    error: str | None
    wait: Wait | None
    worker: str | None
    can_cancel: bool
    can_retry: bool


@dataclass(frozen=True, kw_only=True)
class WaitingExecution:
    """An execution of a schedule that waits and has no job yet; its row says why."""

    row: ScheduleExecution
    schedule_name: str
    owner: JobOwner


@dataclass(frozen=True, kw_only=True)
class JobPage:
    """A page; ``counts`` are by state without the filter of states, at most ``COUNT_LIMIT``.

    ``waiting`` stands on the first page alone.
    """

    items: Sequence[JobRow]
    next: int | None
    counts: Mapping[str, int]
    waiting: Sequence[WaitingExecution] = ()
    count_limit: int = COUNT_LIMIT


@dataclass(frozen=True, kw_only=True)
class JobAttempt:
    """One of several jobs for the same thing, or an attempt that never got one."""

    number: int
    job_id: int | None
    state: str
    error_code: str | None
    error: str | None
    worker: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class JobMoment:
    """Something that happened to a job."""

    what: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class JobLine:
    """A line of its log."""

    at: datetime
    level: str
    message: str


@dataclass(frozen=True, kw_only=True)
class JobDetail:
    """A job with all that explains it, the first attempt first; ``params`` without credentials."""

    row: JobRow
    attempts: Sequence[JobAttempt]
    timeline: Sequence[JobMoment]
    params: Mapping[str, Any] | None
    log: Sequence[JobLine]


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A value of a filter, and how people call it where that differs."""

    value: str
    label: str
