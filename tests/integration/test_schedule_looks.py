"""The clock's own history: start, stop, cycles and intervals; idle hours add few rows."""

import time
from collections import Counter
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app.clock import now
from app.db.engine import Database
from app.models.schedule import DailyCounter, ScheduleEvent
from app.models.schedule_totals import ClockDay
from app.version import VERSION
from services.scheduler.counters import count
from services.scheduler.dispatch.looks import Looks
from tests.factories.people import make_user

MINUTE, NOON = timedelta(minutes=1), timedelta(hours=12)


def events(database: Database, kind: str) -> list[ScheduleEvent]:
    query = select(ScheduleEvent).where(ScheduleEvent.type == kind).order_by(ScheduleEvent.id)
    with database.read() as session:
        return list(session.scalars(query))


def look_often(looks: Looks, database: Database, number: int = 60) -> None:
    for _ in range(number):
        looks.look(database, lambda _: None)


def noon() -> datetime:
    return now().replace(hour=12, minute=0, second=0, microsecond=0)


@pytest.mark.full
def test_an_idle_day_of_two_clocks_adds_a_row_each_quarter_of_an_hour(database: Database) -> None:
    clocks, at = (Looks(), Looks()), noon() - NOON
    for minute in range(1440):
        for clock in clocks:
            look_often(clock, database, 1)
            clock.write(database, at + MINUTE * minute)
    with database.read() as session:
        kinds = Counter(session.scalars(select(ScheduleEvent.type)))
        looks = session.scalars(select(ClockDay.looks)).all()
    assert kinds == {"start": 2, "check_cycle": 96}
    assert looks == [2880]
    cycles = events(database, "check_cycle")
    assert (cycles[0].data["looks"], cycles[1].data["looks"], cycles[-1].data["looks"]) == (
        1, 31, 2851,
    )  # fmt: skip


def test_every_execution_is_in_one_cycle_of_one_of_two_clocks(database: Database) -> None:
    owner, clocks, at = make_user(database).id, (Looks(), Looks()), noon()
    for clock in clocks:
        clock.write(database, at)
    for minute in range(1, 9):
        with database.write() as unit:
            if minute not in (3, 4):
                count(unit.session, at, owner, "training.run", created=2, executed=1, failed=1)
                count(unit.session, at, owner, "site.analyse", skipped=1)
        for clock in clocks:
            clock.write(database, at + MINUTE * minute)
    first, *cycles = events(database, "check_cycle")
    assert first.data["found"] == 0
    assert [one.created_at for one in cycles] == [at + MINUTE * n for n in (1, 2, 5, 6, 7, 8)]
    assert {one.data["found"] for one in cycles} == {3}
    assert sum(one.data["executed"] for one in cycles) == 6
    assert cycles[0].data["by_kind"] == {"site.analyse": 1, "training.run": 2}


def test_totals_that_were_mended_to_less_are_no_cycle_below_nothing(database: Database) -> None:
    owner, clock, at = make_user(database).id, Looks(), noon()
    with database.write() as unit:
        count(unit.session, at, owner, "training.run", created=5)
    clock.write(database, at)
    with database.write() as unit:
        unit.session.get_one(DailyCounter, (at.date(), owner, "training.run")).created = 2
    clock.write(database, at + MINUTE * 20)
    assert events(database, "check_cycle")[-1].data["found"] == 0


def test_looks_that_come_later_than_they_should_are_an_adjustment(database: Database) -> None:
    clock = Looks()
    look_often(clock, database)
    clock.since = time.monotonic() - 240  # 60 looks in four minutes
    clock.write(database)
    look_often(clock, database)
    clock.since = time.monotonic() - 66
    clock.write(database)
    changes = [
        (one.data["previous_s"], one.data["new_s"])
        for one in events(database, "interval_adjustment")
    ]
    assert changes == [(1, 4), (4, 1)]


def test_a_clock_says_when_it_starts_and_stops_and_leaves_no_look_out(database: Database) -> None:
    clock = Looks()
    clock.write(database)
    look_often(clock, database, 7)
    clock.stop(database)
    (start,), (stop,) = events(database, "start"), events(database, "stop")
    assert (start.data["version"], start.owner_id) == (VERSION, None)
    assert {**stop.data, "version": VERSION} == start.data
    with database.read() as session:
        assert session.scalars(select(ClockDay.looks)).all() == [7]
