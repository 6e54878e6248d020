"""Beginning attempts: one transaction each, of the execution and of what the attempt starts."""

from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.clock import now
from app.db.engine import Database
from app.db.uow import NewJob, UnitOfWork
from app.errors import RoundhouseError
from app.jobs import states
from app.models.job import Job
from app.models.schedule import OPEN_STATES, RETRYING, ExecutionAttempt, Schedule, ScheduleExecution
from app.models.user import User
from services.scheduler.breaker.ticks import tried_again
from services.scheduler.codes.codes import FREE, ErrorCode
from services.scheduler.codes.exceptions import code_of_exception
from services.scheduler.counters import count
from services.scheduler.dispatch.ends import AttemptEnd, end_attempt
from services.scheduler.dispatch.skip import skip_execution
from services.scheduler.dispatch.waits import obstacle
from services.scheduler.kinds.registry import all_kinds
from services.scheduler.kinds.types import Beginning, ScheduleKind
from services.scheduler.repository import locked_execution, locked_schedule
from services.scheduler.rows import execution_of
from services.scheduler.topics import execution_subject, publish_execution

log = structlog.get_logger(__name__)

WORK = "scheduled_work"
MAX_AT_ONCE = 200
LOOK_AGAIN = timedelta(seconds=2)
BROKEN = "The work could not begin: {kind}. The log of the clock has the trace."


def begin_due(database: Database, at: datetime | None = None) -> int:
    """Begin the next attempt of every execution whose time has come; return how many were tried."""
    with database.read() as session:
        waiting = session.scalars(
            select(ScheduleExecution.id)
            .where(ScheduleExecution.begin_at <= (at or now()))
            .order_by(ScheduleExecution.begin_at, ScheduleExecution.id)
            .limit(MAX_AT_ONCE)
        ).all()
    for execution_id in waiting:
        begin_execution(database, execution_id, at or now())
    return len(waiting)


def begin_execution(database: Database, execution_id: int, at: datetime) -> None:
    """Begin the next attempt of an execution, unless another clock has, or it has to wait.

    What cannot begin is an attempt that failed: it is tried again or counts as any other.
    """
    try:
        with database.write() as unit:
            held = _held(unit.session, execution_id, at)
            if held is not None and _may_begin(unit, *held, at):
                _begin(unit, *held, at)
    except SQLAlchemyError:
        raise  # the database was away or busy: the next tick tries it again
    except RoundhouseError as refused:  # what it needs was deleted or changed since it was made
        _fail(database, execution_id, at, code_of_exception(refused), refused.detail)
    except Exception as error:  # the border: what a kind raises ends its attempt, not the clock
        log.error("attempt could not begin", execution_id=execution_id, exc_info=error)
        detail = BROKEN.format(kind=type(error).__name__)
        _fail(database, execution_id, at, code_of_exception(error), detail)


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


def _begin(
    unit: UnitOfWork, schedule: Schedule, execution: ScheduleExecution, at: datetime
) -> None:
    number = _next_number(execution, at)
    actor = actor_of(unit.session, schedule.owner_id)
    job = _job_of(unit, _kind(schedule.kind), _beginning(actor, schedule, execution), execution)
    unit.session.add(job)
    unit.session.flush()  # the attempt names its job
    unit.session.add(
        ExecutionAttempt(
            execution_id=execution.id, number=number, job_id=job.id, state=job.state, created_at=at
        )
    )
    _count_retry(unit.session, execution, number, at)
    execution.attempt, execution.state, execution.subject = number, job.state, job.subject
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


def _beginning(actor: Actor, schedule: Schedule, execution: ScheduleExecution) -> Beginning:
    return Beginning(
        actor=actor,
        params=schedule.params if execution.params is None else execution.params,
        name=schedule.name,
        visibility=schedule.visibility,
        execution_id=execution.id,
        scheduled_for=execution.scheduled_for,
        previous=execution.subject,
    )


def _job_of(
    unit: UnitOfWork, kind: ScheduleKind, beginning: Beginning, execution: ScheduleExecution
) -> Job:
    if kind.begin is not None:
        return kind.begin(unit, beginning)
    subject = execution_subject(execution.id)
    work = NewJob(kind=WORK, queue=kind.queue, subject=subject, owner_id=execution.owner_id)
    return unit.enqueue(work)


def actor_of(session: Session, owner_id: int) -> Actor:
    """Return the owner as who acts; who left begins nothing any more."""
    owner = session.get_one(User, owner_id)
    role = owner.role if owner.is_active else "viewer"
    return Actor(user_id=owner.id, role=role, name=owner.name, via="system")


def _fail(
    database: Database, execution_id: int, at: datetime, code: ErrorCode, detail: str
) -> None:
    with database.write() as unit:
        held = _held(unit.session, execution_id, at)
        if held is None:
            return
        _, execution = held
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
        end_attempt(unit, attempt, AttemptEnd(state=states.FAILED, at=at, code=code, error=detail))
