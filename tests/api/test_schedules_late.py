"""Executions that are late are noted once, and are in their owner's inbox until they are over."""

from datetime import timedelta

from sqlalchemy import select, update

from app.clock import now
from app.jobs import states
from app.models.schedule import Schedule, ScheduleEvent
from services.scheduler.dispatch.lateness import GRACE, note_lateness
from services.scheduler.dispatch.tick import tick
from services.scheduler.history import ENDS_LATE, LATENESS, STARTS_LATE, TAKES_LONG
from tests.factories.callers import Caller
from tests.factories.datasets import claimed
from tests.factories.schedules import EACH_MINUTE, URL, make_due, open_job


async def begun(caller: Caller, resources, **fields) -> int:
    """Make a schedule and one execution of it, which waits for a worker; return its number."""
    row = await caller.post(URL, EACH_MINUTE | fields, 201)
    make_due(resources, row["id"])
    tick(resources.database)
    return row["id"]


def noted(resources, schedule_id: int) -> list[str]:
    query = select(ScheduleEvent.type).where(
        ScheduleEvent.schedule_id == schedule_id, ScheduleEvent.type.in_(LATENESS)
    )
    with resources.database.read() as session:
        return list(session.scalars(query.order_by(ScheduleEvent.id)))


async def late_needs(caller: Caller) -> list[dict]:
    home = await caller.get("/api/home")
    return [one for one in home["needs_you"] if one["kind"] == "late"]


async def test_one_that_takes_long_is_noted_once_and_gone_when_it_is_over(
    member: Caller, colleague: Caller, resources
) -> None:
    number = await begun(member, resources, longest=60)
    attempt = claimed(resources, open_job(resources, number).id)
    assert note_lateness(resources.database, now() + timedelta(seconds=50)) == 0
    assert note_lateness(resources.database, now() + timedelta(seconds=70)) == 1
    assert note_lateness(resources.database, now() + timedelta(seconds=90)) == 0
    assert noted(resources, number) == [TAKES_LONG]
    (need,) = await late_needs(member)
    assert (need["title"], need["href"]) == ("Training takes long", f"/schedules/{number}")
    assert need["detail"] == "It has taken longer than the 60 seconds of its schedule."
    assert await late_needs(colleague) == []
    with attempt.write() as unit:
        attempt.finish(unit, states.SUCCEEDED, None)
    assert await late_needs(member) == []


async def test_one_that_is_not_over_by_its_time_of_day_is_noted(member: Caller, resources) -> None:
    deadline = (now() + timedelta(hours=2)).replace(second=0, microsecond=0)
    by = deadline.strftime("%H:%M")
    number = await begun(member, resources, must_end_by=by, timezone="UTC")
    claimed(resources, open_job(resources, number).id)
    assert note_lateness(resources.database, deadline - timedelta(seconds=1)) == 0
    assert note_lateness(resources.database, deadline) == 1
    assert noted(resources, number) == [ENDS_LATE]
    (need,) = await late_needs(member)
    assert need["detail"] == f"It had to end by {by}, UTC."


async def test_one_that_no_worker_takes_in_the_grace_is_noted_until_it_begins(
    member: Caller, resources
) -> None:
    number = await begun(member, resources)
    assert note_lateness(resources.database, now() + GRACE - timedelta(minutes=1)) == 0
    assert note_lateness(resources.database, now() + GRACE + timedelta(minutes=1)) == 1
    assert noted(resources, number) == [STARTS_LATE]
    (need,) = await late_needs(member)
    assert need["detail"] == "No worker has taken it yet."
    claimed(resources, open_job(resources, number).id)
    assert await late_needs(member) == []


async def test_a_zone_that_is_gone_stops_no_look(member: Caller, resources) -> None:
    number = await begun(member, resources, must_end_by="06:00", longest=60)
    claimed(resources, open_job(resources, number).id)
    with resources.database.write() as unit:
        gone = update(Schedule).where(Schedule.id == number).values(timezone="Mars/Olympus")
        unit.session.execute(gone)
    assert note_lateness(resources.database, now() + timedelta(days=2)) == 1
    assert noted(resources, number) == [TAKES_LONG]
