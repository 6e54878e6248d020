"""Which jobs a query selects, so that each database walks an index and never the whole table.

A list of the newest jobs reads one ordered stretch of an index per state and kind, and merges
those: neither database does that by itself for ``state IN (...) ORDER BY id``.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, union_all
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.ids import MAX_ID
from app.jobs.states import ALL_STATES
from app.models.incident import JobFailure
from app.models.job import Job
from app.models.schedule import ExecutionAttempt, Schedule, ScheduleExecution
from services.domains import JOBS, SUBJECTS
from services.jobs.access import own_jobs
from services.jobs.subjects import subjects_called
from services.jobs.types import COUNT_LIMIT, DIRECT, JobQuery

MAX_BRANCHES = 64
SLACK = 10_000  # jobs whose ids and times of creation may be in another order
_SUBJECT = re.compile(r"[a-z_]+:[0-9]{1,18}")
_NUMBER = re.compile(r"#?([0-9]{1,18})")
Conditions = list[ColumnElement[bool]]


def conditions(session: Session, actor: Actor, query: JobQuery) -> Conditions:
    """Return what is true of the actor's jobs that a query selects, but for state and kind."""
    parts = [own_jobs(actor), *_columns(query), *_times(query), *_origin(query)]
    if query.error_code:
        parts.append(_failed_with(query.error_code))
    if query.q:
        parts.append(_text(session, actor, query.q.strip()))
    return parts


def _failed_with(codes: Sequence[str]) -> ColumnElement[bool]:
    """Match what failed, or was stopped by its time limit, with one of the codes."""
    failure, attempt = JobFailure, ExecutionAttempt
    return or_(
        exists().where(failure.job_id == Job.id, failure.code.in_(codes)),
        exists().where(attempt.job_id == Job.id, attempt.error_code.in_(codes)),
    )


def _columns(query: JobQuery) -> Iterator[ColumnElement[bool]]:
    if query.ids:
        yield Job.id.in_(query.ids)
    if query.queue:
        yield Job.queue.in_(query.queue)
    if query.subject is not None:
        yield Job.subject == query.subject
    if query.owner_id is not None:
        yield Job.owner_id == query.owner_id
    if query.worker:
        yield Job.holder.startswith(query.worker, autoescape=True)


def _times(query: JobQuery) -> Iterator[ColumnElement[bool]]:
    """Yield limits of times, and near them limits of ids, whose index gives the order as well."""
    at = Job.created_at
    if query.since is not None:
        first = select(Job.id).where(at >= query.since).order_by(at).limit(1).scalar_subquery()
        yield at >= query.since
        yield Job.id >= func.coalesce(first, MAX_ID) - SLACK
    if query.until is not None:
        last = select(Job.id).where(at < query.until).order_by(at.desc()).limit(1).scalar_subquery()
        yield at < query.until
        yield Job.id <= func.coalesce(last, 0) + SLACK


def _origin(query: JobQuery) -> Iterator[ColumnElement[bool]]:
    attempt, execution = ExecutionAttempt, ScheduleExecution
    behind = exists().where(attempt.job_id == Job.id, execution.id == attempt.execution_id)
    if query.source:
        known = [one for one in query.source if one != DIRECT]
        either: Conditions = [behind.where(execution.source.in_(known))] if known else []
        if DIRECT in query.source:
            either.append(~exists().where(attempt.job_id == Job.id))
        yield or_(*either)
    if query.schedule_id is not None:
        yield behind.where(execution.schedule_id == query.schedule_id)


def _text(session: Session, actor: Actor, text: str) -> ColumnElement[bool]:
    """Match a number, the name of a subject such as run:7, or a part of a name or kind."""
    number = _NUMBER.fullmatch(text)
    if number is not None:
        subjects = [f"{kind.kind}:{int(number[1])}" for kind in SUBJECTS.values()]
        return or_(Job.id == int(number[1]), Job.subject.in_(sorted(set(subjects))))
    if _SUBJECT.fullmatch(text):
        return Job.subject == text
    kinds = [kind for kind in sorted(JOBS) if text.lower() in kind]
    names = subjects_called(session, actor, text, JOBS)
    scheduled = (
        select(ExecutionAttempt.job_id)
        .join(ScheduleExecution, ScheduleExecution.id == ExecutionAttempt.execution_id)
        .join(Schedule, Schedule.id == ScheduleExecution.schedule_id)
        .where(func.lower(Schedule.name).contains(text.lower(), autoescape=True))
    )
    return or_(Job.kind.in_(kinds), Job.subject.in_(sorted(names)), Job.id.in_(scheduled))


def newest_ids(parts: Conditions, query: JobQuery, *, after: int | None, limit: int) -> Select[int]:
    """Return the statement of the ids below ``after``, the newest first."""
    if after is not None:
        parts = [*parts, Job.id < after]
    branches = [
        select(Job.id).where(*parts, *branch).order_by(Job.id.desc()).limit(limit).subquery()
        for branch in _branches(query)
    ]
    merged = union_all(*(select(branch.c.id) for branch in branches)).subquery()
    return select(merged.c.id).order_by(merged.c.id.desc()).limit(limit)


def _branches(query: JobQuery) -> Sequence[Conditions]:
    """Return the stretches of an index that together are the query's states and kinds."""
    choices = [[Job.state == one for one in sorted(set(query.state or ALL_STATES))]]
    if query.kind:
        choices.append([Job.kind == one for one in sorted(set(query.kind))])
    branches = [list(one) for one in product(*choices)]
    return branches if len(branches) <= MAX_BRANCHES else [list(state_and_kind(query))]


def state_and_kind(query: JobQuery) -> Iterator[ColumnElement[bool]]:
    """Yield what is true of the states and kinds of a query."""
    if query.state:
        yield Job.state.in_(query.state)
    if query.kind:
        yield Job.kind.in_(query.kind)


def counts_by_state(parts: Conditions, query: JobQuery) -> Select[Any]:
    """Return the statement of how many there are in each state, each at most ``COUNT_LIMIT``."""
    kinds = [Job.kind.in_(query.kind)] if query.kind else []
    columns = []
    for state in ALL_STATES:
        some = select(Job.id).where(*parts, *kinds, Job.state == state).limit(COUNT_LIMIT)
        counted = select(func.count()).select_from(some.subquery()).scalar_subquery()
        columns.append(counted.label(state))
    return select(*columns)
