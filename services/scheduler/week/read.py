"""The coming week of the actor's schedules, by the hour, and what is due in one of its hours."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from operator import add
from typing import Any

from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.clock import now
from app.db.engine import Database
from services.scheduler.times.moments import instant_of, moment_of
from services.scheduler.times.zones import Zone, make_zone, tzdata_version
from services.scheduler.week.calendar import WallDay, coming_days
from services.scheduler.week.kept import KeptAnswers
from services.scheduler.week.planned import (
    Planned,
    coming_rows,
    newest_change,
    num_resting,
    planned,
    seconds,
)
from services.scheduler.week.slots import SLOT, Quarters, count_slots
from services.scheduler.week.types import MAX_SCHEDULES, DueList, DueSchedule, Week

MAX_DUE = 200
_answers: KeptAnswers[Week] = KeptAnswers()


def read_week(database: Database, actor: Actor, timezone: str) -> Week:
    """Return how often something is due in each hour of today and the six days after it.

    ``timezone`` is the reader's. Raises BadZone.
    """
    zone = make_zone(timezone)
    with database.read() as session:
        reader = (actor.user_id, actor.is_admin, timezone, zone.local_date(instant_of(now())))
        return _answers.of(
            database,
            reader,
            newest_change(session, actor),
            lambda: _read_week(session, actor, zone),
        )


def _read_week(session: Session, actor: Actor, zone: Zone) -> Week:
    at = now()
    days = coming_days(zone, instant_of(at))
    rows, resting = coming_rows(session, actor), num_resting(session, actor)
    slots = _slots(days)
    return Week(
        timezone=zone.name,
        tzdata=tzdata_version(),
        since=at,
        days=days,
        counts=_by_hour(days, slots, _counts(rows[:MAX_SCHEDULES], at, slots)),
        num_schedules=len(rows[:MAX_SCHEDULES]),
        num_resting=resting,
        is_complete=len(rows) <= MAX_SCHEDULES,
    )


def read_due(database: Database, actor: Actor, begin: datetime, end: datetime) -> DueList:
    """Return what is due from ``begin`` to before ``end`` and after now, the first first."""
    at = max(now(), begin)
    with database.read() as session:
        rows = coming_rows(session, actor)[:MAX_SCHEDULES]
    due = [one for row in rows if (one := _due(row, at, end)) is not None]
    due.sort(key=lambda one: (one.first, one.id))
    left = max(0, len(due) - MAX_DUE)
    return DueList(items=due[:MAX_DUE], due=sum(one.due for one in due), left=left)


def _due(row: Any, at: datetime, end: datetime) -> DueSchedule | None:
    plan = planned(row, at, end)
    if plan is None:
        return None
    timetable, before = plan.timetable(), plan.since - timedelta(microseconds=1)
    first = timetable.next_after(before)
    if first is None or first >= end:
        return None
    number = timetable.count(before, end - timedelta(microseconds=1))
    return DueSchedule(
        id=row.id, name=row.name, kind=row.kind, timezone=row.timezone, first=first, due=number
    )


def _slots(days: Sequence[WallDay]) -> Quarters:
    begin = days[0].begin // SLOT * SLOT
    return Quarters(begin, -(-(days[-1].end - begin) // SLOT))


def _counts(rows: Sequence[Any], at: datetime, slots: Quarters) -> list[int]:
    until = moment_of(slots.end)
    plans = [plan for row in rows if (plan := planned(row, at, until)) is not None]
    numbers = Counter(plan.key for plan in plans)
    totals = [0] * slots.number
    for plan in {plan.key: plan for plan in plans}.values():
        times = numbers[plan.key]
        own = _of_plan(plan, slots)
        totals = list(map(add, totals, own if times == 1 else [one * times for one in own]))
    return totals


def _of_plan(plan: Planned, slots: Quarters) -> list[int]:
    """Return by slot how often one plan is due; slots at its begin and end are counted exactly."""
    timetable = plan.timetable()
    counts = count_slots(timetable.cadence, slots)
    since, ends_at = seconds(plan.since), plan.config.ends_at
    first = slots.place(since)
    counts[:first] = [0] * first
    partly = {first}
    if ends_at is not None:
        last = slots.place(seconds(ends_at))
        counts[last + 1 :] = [0] * len(counts[last + 1 :])
        partly.add(last)
    for place in partly - {slots.number}:
        begin = slots.begin + place * SLOT
        low, high = max(begin, since), begin + SLOT
        counts[place] = timetable.count(moment_of(low - 1), moment_of(high - 1))
    return counts


def _by_hour(
    days: Sequence[WallDay], slots: Quarters, counts: Sequence[int]
) -> Sequence[Sequence[int]]:
    passed = [0, *accumulate(counts)]
    return [
        [passed[slots.place(one.end)] - passed[slots.place(one.begin)] for one in day.hours]
        for day in days
    ]
