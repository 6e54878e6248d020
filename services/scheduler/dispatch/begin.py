"""Beginning attempts: one transaction each, of the execution and of what the attempt starts."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.clock import now
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.errors import RoundhouseError
from app.jobs import states
from app.models.schedule import OPEN_STATES, RETRYING, ExecutionAttempt, Schedule, ScheduleExecution
from app.models.user import User
from app.settings import Settings
from services.scheduler.breaker.ticks import tried_again
from services.scheduler.codes.codes import FREE, ErrorCode
from services.scheduler.codes.errors import AttemptFailed
from services.scheduler.codes.exceptions import code_of_exception
from services.scheduler.counters import count
from services.scheduler.dispatch.ends import AttemptEnd, end_attempt
from services.scheduler.dispatch.skip import skip_execution
from services.scheduler.dispatch.steps import first_step, noted, scheduled_job, take_step
from services.scheduler.dispatch.waits import obstacle
from services.scheduler.kinds.registry import all_kinds
from services.scheduler.kinds.types import Beginning, NextStep, ScheduleKind
from services.scheduler.repository import locked_execution, locked_schedule, open_attempt
from services.scheduler.rows import execution_of
from services.scheduler.topics import publish_execution

log = structlog.get_logger(__name__)

MAX_AT_ONCE = 200
LOOK_AGAIN = timedelta(seconds=2)
BROKEN = "The work could not begin: {kind}. The log of the clock has the trace."


def begin_due(
    database: Database, at: datetime | None = None, settings: Settings | None = None
) -> int:
    """Begin the next attempt or step of every execution whose time has come; return how many."""
    with database.read() as session:
        waiting = session.scalars(
            select(ScheduleExecution.id)
            .where(ScheduleExecution.begin_at <= (at or now()))
            .order_by(ScheduleExecution.begin_at, ScheduleExecution.id)
            .limit(MAX_AT_ONCE)
        ).all()
    for execution_id in waiting:
        begin_execution(database, execution_id, at or now(), settings)
    return len(waiting)


def begin_execution(
    database: Database, execution_id: int, at: datetime, settings: Settings | None = None
) -> None:
    """Begin the next attempt of an execution, unless another clock has, or it has to wait.

    One whose attempt has begun goes on with its next step.
    What cannot begin is an attempt that failed: it is tried again or counts as any other.
    """
    try:
        with database.write() as unit:
            held = _held(unit.session, execution_id, at)
            if held is not None:
                _begin_held(unit, *held, at, settings)
    except SQLAlchemyError:
        raise  # the database was away or busy: the next tick tries it again
    except AttemptFailed as failed:
        more = {"retry_after": failed.retry_after, "reset_at": failed.reset_at}
        _fail(database, execution_id, _failure(at, failed.code, failed.detail, **more))
    except RoundhouseError as refused:  # what it needs was deleted or changed since it was made
        _fail(database, execution_id, _failure(at, code_of_exception(refused), refused.detail))
    except Exception as error:  # the border: what a kind raises ends its attempt, not the clock
        log.error("attempt could not begin", execution_id=execution_id, exc_info=error)
        detail = BROKEN.format(kind=type(error).__name__)
        _fail(database, execution_id, _failure(at, code_of_exception(error), detail))


def _held(
    session: Session, execution_id: int, at: datetime
) -> tuple[Schedule, ScheduleExecution] | None:
    """Return the locked schedule and execution if its time to begin has come, else None."""
    schedule_id = session.scalar(
        select(ScheduleExecution.schedule_id).where(ScheduleExecution.id == execution_id)
    )
    if schedule_id is None:
        return None
    schedule = locked_schedule(session, schedule_id)
    execution = locked_execution(session, execution_id)
    is_due = execution.begin_at is not None and execution.begin_at <= at
    return (schedule, execution) if is_due and execution.state in OPEN_STATES else None


def _begin_held(
    unit: UnitOfWork,
    schedule: Schedule,
    execution: ScheduleExecution,
    at: datetime,
    settings: Settings | None,
) -> None:
    attempt = open_attempt(unit.session, execution.id)
    if attempt is None and not _may_begin(unit, schedule, execution, at):
        return
    beginning = _beginning(unit.session, schedule, execution, settings)
    if attempt is None:
        _begin(unit, execution, _first(unit, _kind(schedule.kind), beginning), at)
        return
    next_step = _kind(schedule.kind).next_step
    take_step(unit, execution, attempt, next_step and next_step(unit, beginning), at)


def _may_begin(
    unit: UnitOfWork, schedule: Schedule, execution: ScheduleExecution, at: datetime
) -> bool:
    in_the_way = obstacle(unit.session, schedule, execution)
    if in_the_way is None:
        return True
    if in_the_way.skip is not None:
        skip_execution(unit, schedule, execution, at, in_the_way.skip, in_the_way.sentence)
    else:
        execution.waits_for, execution.begin_at = in_the_way.sentence, at + LOOK_AGAIN
    return False


def _begin(unit: UnitOfWork, execution: ScheduleExecution, step: NextStep, at: datetime) -> None:
    number, job = _next_number(execution, at), step.job
    unit.session.add(job)
    unit.session.flush()  # the attempt names its job
    unit.session.add(
        ExecutionAttempt(
            execution_id=execution.id, number=number, job_id=job.id, state=job.state, created_at=at
        )
    )
    _count_retry(unit.session, execution, number, at)
    execution.attempt, execution.state, execution.subject = number, job.state, job.subject
    execution.result = noted(execution, step.note)
    execution.begin_at = execution.waits_for = execution.stop_reason = None
    publish_execution(unit, execution)


def _next_number(execution: ScheduleExecution, at: datetime) -> int:
    """Return the number of the next attempt; one after a drained attempt counts as the same."""
    if execution.state != RETRYING:
        return 1
    free = execution.error_code in {code.value for code in FREE}
    return tried_again(replace(execution_of(execution), free=free), at).attempt


def _count_retry(session: Session, execution: ScheduleExecution, number: int, at: datetime) -> None:
    if number > 1 and execution.attempt != number:
        count(session, at, execution.owner_id, execution.kind, retried=1)


def _kind(name: str) -> ScheduleKind:
    kind = all_kinds().get(name)
    if kind is None:
        raise RoundhouseError(f"There is no kind '{name}' any more.")
    return kind


def _beginning(
    session: Session,
    schedule: Schedule,
    execution: ScheduleExecution,
    settings: Settings | None,
) -> Beginning:
    return Beginning(
        actor=actor_of(session, schedule.owner_id),
        params=schedule.params if execution.params is None else execution.params,
        name=schedule.name,
        visibility=schedule.visibility,
        execution_id=execution.id,
        scheduled_for=execution.scheduled_for,
        previous=execution.subject,
        done=execution.result or {},
        settings=settings,
    )


def _first(unit: UnitOfWork, kind: ScheduleKind, beginning: Beginning) -> NextStep:
    if kind.begin is not None:
        return NextStep(job=kind.begin(unit, beginning))
    if kind.next_step is not None:
        return first_step(unit, kind, beginning)
    return NextStep(job=scheduled_job(unit, beginning, kind.queue))


def actor_of(session: Session, owner_id: int) -> Actor:
    """Return the owner as who acts; who left begins nothing any more."""
    owner = session.get_one(User, owner_id)
    role = owner.role if owner.is_active else "viewer"
    return Actor(user_id=owner.id, role=role, name=owner.name, via="system")


def _failure(at: datetime, code: ErrorCode, detail: str, **when: Any) -> AttemptEnd:
    return AttemptEnd(state=states.FAILED, at=at, code=code, error=detail, **when)


def _fail(database: Database, execution_id: int, failed: AttemptEnd) -> None:
    at = failed.at
    with database.write() as unit:
        held = _held(unit.session, execution_id, at)
        if held is None:
            return
        _, execution = held
        attempt = open_attempt(unit.session, execution.id)
        if attempt is not None:  # it was the next step of one that has begun
            execution.begin_at = None
            end_attempt(unit, attempt, failed)
            return
        number = _next_number(execution, at)
        _count_retry(unit.session, execution, number, at)
        execution.attempt, execution.started_at = number, execution.started_at or at
        execution.begin_at = execution.waits_for = None
        execution.state = states.QUEUED
        attempt = ExecutionAttempt(
            execution_id=execution.id,
            number=number,
            state=states.QUEUED,
            created_at=at,
            started_at=at,
        )
        unit.session.add(attempt)
        unit.session.flush()
        end_attempt(unit, attempt, failed)
