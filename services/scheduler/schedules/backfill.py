"""Making up for due times that are over: one execution for each, one after the other.

A time that has run, or waits to, is left alone; one that was skipped runs in its own row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, takewhile
from typing import Any

from sqlalchemy import case, insert, select, update
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.errors import Conflict, Invalid
from app.jobs import states
from app.models.schedule import SKIPPED, Schedule, ScheduleExecution
from services.scheduler.breaker.circuit import SkipReason
from services.scheduler.counters import count, keep_swept
from services.scheduler.history import note_schedule
from services.scheduler.rows import timetable_of
from services.scheduler.schedules.update import editable_schedule
from services.scheduler.times.moments import SECOND
from services.scheduler.topics import publish_schedule, schedule_subject
from services.scheduler.totals.stored import tally_of_ids

MAX_TIMES = 1000


@dataclass(frozen=True, kw_only=True)
class BackfillRequest:
    """From when to when, both included; a dry run only says which times that would be."""

    begin: datetime
    end: datetime
    dry_run: bool = True


@dataclass(frozen=True, kw_only=True)
class Backfill:
    """The due times that run, oldest first, and how many have an execution already."""

    dry_run: bool
    times: Sequence[datetime]
    num_done: int


def backfill_schedule(
    database: Database, actor: Actor, schedule_id: str, request: BackfillRequest
) -> Backfill:
    """Make executions of the due times from ``begin`` to ``end`` that did not run.

    Raises Invalid for a time that is not over or for more than 1,000 times, Conflict for a schedule
    that is archived.
    """
    _check(request)
    with database.write() as unit:
        row = editable_schedule(unit, actor, schedule_id)
        if row.state == "archived":
            raise Conflict("This schedule is archived: it does not run any more.")
        times = _times(row, request)
        known = _known(unit.session, row.id, times)
        left = [time for time in times if known.get(time, SKIPPED) == SKIPPED]
        if left and not request.dry_run:
            _make(unit, actor, row, left, [time for time in left if time in known])
    return Backfill(dry_run=request.dry_run, times=left, num_done=len(times) - len(left))


def _check(request: BackfillRequest) -> None:
    if request.end < request.begin:
        detail = "to lies before from: write a later time."
        raise Invalid(detail, errors={"to": [detail]})
    if request.end > now():
        detail = "to is not over yet: what comes is due by its cadence. Write an earlier time."
        raise Invalid(detail, errors={"to": [detail]})


def _times(row: Schedule, request: BackfillRequest) -> list[datetime]:
    following = timetable_of(row).times_after(request.begin - SECOND)
    until = takewhile(lambda time: time <= request.end, following)
    times = [time for time in islice(until, MAX_TIMES + 1) if time >= request.begin]
    if len(times) > MAX_TIMES:
        detail = f"There are more than {MAX_TIMES} due times: take a shorter time."
        raise Invalid(detail, errors={"from": [detail]})
    return times


def _known(session: Session, schedule_id: int, times: Sequence[datetime]) -> dict[datetime, str]:
    """Return the states of these times; one that had nothing to do has run as well."""
    if not times:
        return {}
    has_run = ScheduleExecution.skip_reason == SkipReason.UNCHANGED.value
    state = case((has_run, states.SUCCEEDED), else_=ScheduleExecution.state)
    query = select(ScheduleExecution.scheduled_for, state).where(
        ScheduleExecution.schedule_id == schedule_id,
        ScheduleExecution.scheduled_for.between(times[0], times[-1]),
    )
    return {at: state for at, state in session.execute(query).tuples() if at is not None}


def _make(
    unit: UnitOfWork,
    actor: Actor,
    row: Schedule,
    times: Sequence[datetime],
    skipped: Sequence[datetime],
) -> None:
    at = now()
    waiting = {"source": "backfill", "state": states.QUEUED, "begin_at": at, "missed": 0}
    about = {
        "schedule_id": row.id,
        "owner_id": row.owner_id,
        "visibility": row.visibility,
        "kind": row.kind,
        "version": row.version,
        "created_at": at,
    }
    new = [about | waiting | {"scheduled_for": time} for time in times if time not in set(skipped)]
    if new:
        unit.session.execute(insert(ScheduleExecution), new)
    if skipped:
        _make_again(unit.session, row.id, skipped, waiting | {"created_at": at})
    count(unit.session, at, row.owner_id, row.kind, created=len(times))
    data = {"times": len(times), "first": times[0], "last": times[-1]}
    note_schedule(unit, row, "backfill", at, actor=actor, data=data)
    publish_schedule(unit, row)
    detail = {"name": row.name, "times": len(times)}
    record(unit, actor, "schedule_backfilled", schedule_subject(row.id), detail)


def _make_again(
    session: Session, schedule_id: int, skipped: Sequence[datetime], values: dict[str, Any]
) -> None:
    """Let rows that were skipped wait anew; that they were skipped stays in the totals."""
    these = (
        ScheduleExecution.schedule_id == schedule_id,
        ScheduleExecution.scheduled_for.in_(skipped),
    )
    ids = session.scalars(select(ScheduleExecution.id).where(*these)).all()
    keep_swept(session, tally_of_ids(session, ids))
    again = values | {"skip_reason": None, "finished_at": None, "error": None}
    changed = update(ScheduleExecution).where(ScheduleExecution.id.in_(ids)).values(**again)
    session.execute(changed, execution_options={"synchronize_session": False})
