"""What is measured for the owner of a schedule or a connection."""

import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.jobs import states
from app.models.connection import ServiceConnection
from app.models.schedule import OPEN_STATES, Schedule, ScheduleEvent, ScheduleExecution
from services.alerts.rules import CRITICAL, AlertRule
from services.alerts.state import Reading
from services.connections.clients.platforms import NAMES
from services.scheduler.history import ENDS_LATE, STARTS_LATE
from services.scheduler.history import TAKES_LONG as LONGER_THAN_SET
from services.scheduler.needs import UNTAKEN
from services.scheduler.schedules.list import advice_of

NEVER_SHORTER = timedelta(minutes=1)  # three times a few seconds is nothing to look at
LAST_ENDED = 20
BROKEN = ("cooling_off", "half_open", "needs_intervention")


def not_begun(session: Session, _: AlertRule, __: datetime) -> Iterator[Reading]:
    """Yield the schedules with an execution that no worker has taken in the grace."""
    for row in session.execute(_noted(STARTS_LATE).where(ScheduleExecution.started_at.is_(None))):
        yield _of_schedule(row, {"name": row.name, "waits_for": row.waits_for or UNTAKEN})


def not_over(session: Session, _: AlertRule, __: datetime) -> Iterator[Reading]:
    """Yield the schedules with an open execution that had to be over, or takes too long."""
    for row in session.execute(_noted(ENDS_LATE, LONGER_THAN_SET)):
        if row.type == ENDS_LATE:
            yield _of_schedule(row, {"name": row.name, **row.data})
        else:
            yield _of_schedule(
                row,
                {"name": row.name, **row.data},
                title="{name} takes long",
                sentence="It has taken longer than the {longest} seconds of its schedule.",
            )


def _noted(*types: str) -> Any:
    """Select what the clock has noted as late of executions that are open."""
    return (
        select(
            ScheduleEvent.type,
            ScheduleEvent.data,
            ScheduleExecution.schedule_id,
            ScheduleExecution.owner_id,
            ScheduleExecution.waits_for,
            Schedule.name,
        )
        .select_from(ScheduleExecution)
        .join(Schedule, Schedule.id == ScheduleExecution.schedule_id)
        .join(
            ScheduleEvent,
            (ScheduleEvent.schedule_id == ScheduleExecution.schedule_id)
            & (ScheduleEvent.execution_id == ScheduleExecution.id),
        )
        .where(ScheduleExecution.state.in_(OPEN_STATES), ScheduleEvent.type.in_(types))
        .order_by(ScheduleEvent.id)
    )


def takes_long(session: Session, _: AlertRule, at: datetime) -> Iterator[Reading]:
    """Yield how many times its own 95th percentile each running execution has taken so far."""
    query = (
        select(
            ScheduleExecution.schedule_id,
            ScheduleExecution.owner_id,
            ScheduleExecution.started_at,
            Schedule.name,
        )
        .join(Schedule, Schedule.id == ScheduleExecution.schedule_id)
        .where(
            ScheduleExecution.state.in_(states.HELD),
            ScheduleExecution.started_at < at - NEVER_SHORTER,
        )
        .order_by(ScheduleExecution.id)
    )
    for row in session.execute(query):
        took = _took(session, row.schedule_id)
        if not took:
            continue
        usual = max(took[max(0, math.ceil(0.95 * len(took)) - 1)], 1.0)
        seconds = (at - row.started_at).total_seconds()
        facts = {"name": row.name, "seconds": f"{seconds:.0f}", "usual": f"{usual:.0f}"}
        facts |= {"count": str(len(took))}
        yield _of_schedule(row, facts, value=seconds / usual, count=len(took))


def _took(session: Session, schedule_id: int) -> list[float]:
    """Return how many seconds the last executions that succeeded took, ascending."""
    query: Any = (
        select(ScheduleExecution.started_at, ScheduleExecution.finished_at)
        .where(
            ScheduleExecution.schedule_id == schedule_id,
            ScheduleExecution.finished_at.is_not(None),
            ScheduleExecution.state == states.SUCCEEDED,
            ScheduleExecution.started_at.is_not(None),
        )
        .order_by(ScheduleExecution.finished_at.desc())
        .limit(LAST_ENDED)
    )
    return sorted((end - begin).total_seconds() for begin, end in session.execute(query))


def circuit_open(session: Session, _: AlertRule, __: datetime) -> Iterator[Reading]:
    """Yield the schedules that rest after failures, or that nothing but a person helps."""
    query = select(Schedule).where(Schedule.state.in_(BROKEN)).order_by(Schedule.id)
    for row in session.scalars(query):
        facts = {"name": row.name, "failures": row.failures}
        advice, about = advice_of(row), {"schedule_id": row.id, "owner_id": row.owner_id}
        if row.state == "needs_intervention":
            yield _reading(
                **about,
                facts=facts,
                advice=advice,
                severity=CRITICAL,
                title="{name} needs you",
                sentence="It failed {failures} times in a row and stands still until it is reset.",
            )
        else:
            yield _reading(**about, facts=facts, advice=advice)


def sign_in_again(session: Session, _: AlertRule, __: datetime) -> Iterator[Reading]:
    """Yield the connections whose platform wants their owner to sign in again."""
    query = select(ServiceConnection).where(ServiceConnection.state == "needs_sign_in")
    for row in session.scalars(query.order_by(ServiceConnection.id)):
        facts = {"platform": NAMES.get(row.platform, row.platform), "id": row.id}
        scope, href = f"connection:{row.id}", "/connections"
        yield Reading(scope=scope, value=1.0, owner_id=row.owner_id, href=href, facts=facts)


def _of_schedule(row: Any, facts: dict[str, object], **values: Any) -> Reading:
    return _reading(schedule_id=row.schedule_id, owner_id=row.owner_id, facts=facts, **values)


def _reading(*, schedule_id: int, value: float = 1.0, **values: Any) -> Reading:
    scope, href = f"schedule:{schedule_id}", f"/schedules/{schedule_id}"
    return Reading(scope=scope, value=value, href=href, **values)
