"""What is measured of the whole platform: executions that ended, counters, connections."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from app.jobs import states
from app.models.connection import ServiceConnection
from app.models.job import Job
from app.models.schedule import (
    DailyCounter,
    ExecutionAttempt,
    Schedule,
    ScheduleExecution,
)
from services.alerts.rules import HOUR, MINUTE, AlertRule
from services.alerts.state import Reading
from services.scheduler.overview.words import CHECK, REFRESH

PLATFORM_SCOPE = "platform"
OUTCOMES = {states.SUCCEEDED: "executed", states.FAILED: "failed", states.CANCELLED: "cancelled"}
HARMLESS = ("unchanged", "switched_off")  # reasons that are as somebody wanted it
WATCHING = ("active", "half_open", "paused")  # a pause is a person's decision
MENDED_WITHIN = timedelta(minutes=1)  # the clock looks each second


def error_rate(session: Session, rule: AlertRule, at: datetime) -> Iterator[Reading]:
    """Yield the share of failures among what succeeded or failed in the window, in percent."""
    ended: Counter[str] = Counter()
    for _, state, number in _ended(session, rule, at):
        ended[state] += number
    total = ended.total()
    value = 100 * ended[states.FAILED] / total if total else 0.0
    facts = {"value": f"{value:.1f}", "count": total, "minutes": f"{rule.window_s / MINUTE:g}"}
    yield Reading(scope=PLATFORM_SCOPE, value=value, count=total, href="/inbox", facts=facts)


def task_success(session: Session, rule: AlertRule, at: datetime) -> Iterator[Reading]:
    """Yield the share of successes in the window for each kind of schedule, in percent."""
    ended: dict[str, Counter[str]] = {}
    for kind, state, number in _ended(session, rule, at):
        ended.setdefault(kind, Counter())[state] += number
    for kind, numbers in sorted(ended.items()):
        total = numbers.total()
        value = 100 * numbers[states.SUCCEEDED] / total
        facts = {"value": f"{value:.1f}", "count": total, "hours": f"{rule.window_s / HOUR:g}"}
        facts |= {"kind": kind}
        scope = f"kind:{kind}"
        yield Reading(scope=scope, value=value, count=total, href="/inbox", facts=facts, kind=kind)


def _ended(session: Session, rule: AlertRule, at: datetime) -> list[Any]:
    """Return kind, state and number of what succeeded or failed; reads the index alone.

    With a condition for the states SQLite would read an index of those, of all times.
    """
    query = (
        select(ScheduleExecution.kind, ScheduleExecution.state, func.count())
        .where(ScheduleExecution.finished_at > at - timedelta(seconds=rule.window_s))
        .group_by(ScheduleExecution.kind, ScheduleExecution.state)
    )
    return [row for row in session.execute(query) if row.state in (states.SUCCEEDED, states.FAILED)]


def owner_skipped(session: Session, rule: AlertRule, at: datetime) -> Iterator[Reading]:
    """Yield how often executions of each owner were skipped in the window, against their will."""
    query = select(ScheduleExecution.owner_id).where(
        ScheduleExecution.finished_at > at - timedelta(seconds=rule.window_s),
        ScheduleExecution.skip_reason.not_in(HARMLESS),  # what was not skipped has none
    )
    # to group them by owner SQLite would read the ends of all times
    for owner_id, number in sorted(Counter(session.scalars(query)).items()):
        facts = {"value": number, "minutes": f"{rule.window_s / MINUTE:g}"}
        scope, href = f"user:{owner_id}", "/schedules"
        yield Reading(scope=scope, value=number, owner_id=owner_id, href=href, facts=facts)


def reconcile_failed(session: Session, _: AlertRule, at: datetime) -> Iterator[Reading]:
    """Yield how many attempts are open although their jobs are over, or gone, for a minute."""
    over = (Job.finished_at < at - MENDED_WITHIN) & Job.state.in_(states.TERMINAL)
    gone = Job.id.is_(None) & (ExecutionAttempt.created_at < at - MENDED_WITHIN)
    query = (
        select(func.count())
        .select_from(ExecutionAttempt)
        .outerjoin(Job, Job.id == ExecutionAttempt.job_id)
        .where(ExecutionAttempt.finished_at.is_(None), over | gone)
    )
    number = session.scalar(query) or 0
    yield Reading(scope=PLATFORM_SCOPE, value=number, href="/health", facts={"value": number})


def counter_drift(session: Session, _: AlertRule, at: datetime) -> Iterator[Reading]:
    """Yield by how much the counters of yesterday and today (UTC) differ from their rows."""
    since = at.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
    sums = [func.coalesce(func.sum(getattr(DailyCounter, one)), 0) for one in OUTCOMES.values()]
    counted = session.execute(select(*sums).where(DailyCounter.day >= since.date())).one()
    numbers = [
        func.coalesce(func.sum(case((ScheduleExecution.state == state, 1), else_=0)), 0)
        for state in OUTCOMES
    ]
    rows = session.execute(select(*numbers).where(ScheduleExecution.finished_at >= since)).one()
    value = sum(abs(int(one) - int(other)) for one, other in zip(counted, rows, strict=True))
    yield Reading(scope=PLATFORM_SCOPE, value=value, href="/schedules", facts={"value": value})


def unwatched_connections(session: Session, _: AlertRule, __: datetime) -> Iterator[Reading]:
    """Yield how many active connections have no schedule that looks after them."""
    connections = select(ServiceConnection.id).where(ServiceConnection.state == "active")
    connected = set(session.scalars(connections))
    if not connected:
        return
    watching = select(Schedule.params).where(
        Schedule.kind.in_((REFRESH, CHECK)), Schedule.state.in_(WATCHING)
    )
    watched = {params.get("connection_id") for params in session.scalars(watching)}
    value = len(connected - watched)
    facts = {"value": value, "count": len(connected)}
    yield Reading(scope=PLATFORM_SCOPE, value=value, href="/connections", facts=facts)
