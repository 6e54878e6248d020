"""Counts by the hour are what counting all rows returns, whatever is added, settled or deleted."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from app.db.engine import Database
from app.models.row_count import HourlyCount
from app.models.schedule import ScheduleEvent, ScheduleExecution
from services.scheduler.totals import counted
from services.scheduler.totals.counted import count_hours
from services.scheduler.totals.hours import EVENTS, EXECUTIONS, CountedTable, number_of
from services.scheduler.upkeep import delete_old
from tests.factories.people import make_user
from tests.factories.schedules import store_schedule

START = datetime(2026, 3, 1, 9, 50, tzinfo=UTC)
WORDS = ("job_failed", "job_completed", "check_cycle")


def add_events(database: Database, owners: list[int | None], number: int, at: datetime) -> None:
    rows = [
        {"type": WORDS[n % 3], "owner_id": owners[n % len(owners)], "data": {},
         "created_at": at + timedelta(minutes=7 * n)}
        for n in range(number)
    ]  # fmt: skip
    with database.write() as unit:
        unit.session.execute(insert(ScheduleEvent), rows)


def counted_one_by_one(
    database: Database, source: CountedTable, owner: int | None, **more: Any
) -> int:
    model, word, since = source.model, more.get("word"), more.get("since")
    query = select(func.count()).select_from(model)
    query = query.where(model.owner_id.is_(None) if owner is None else model.owner_id == owner)
    query = query if word is None else query.where(source.word == word)
    query = query if since is None else query.where(model.created_at >= since)
    with database.read() as session:
        return session.scalar(query) or 0


def assert_same(database: Database, owners: list[int | None]) -> None:
    sinces = [None, *(START + timedelta(minutes=step) for step in (-99, 0, 10, 37, 70, 333, 9999))]
    for owner in owners:
        for word in (None, *WORDS):
            for since in sinces:
                with database.snapshot() as session:
                    number = number_of(session, EVENTS, owner, word=word, since=since)
                right = counted_one_by_one(database, EVENTS, owner, word=word, since=since)
                assert number == right, (owner, word, since)


def test_events_are_as_many_as_there_are(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counted, "PORTION", 7)
    owners = [make_user(database).id, make_user(database).id, None]
    at = datetime(2026, 4, 1, tzinfo=UTC)
    add_events(database, owners, 40, START)
    assert_same(database, owners)
    assert count_hours(database, at) == 0  # nothing has settled yet
    assert count_hours(database, at + counted.SETTLED) == 40
    assert_same(database, owners)
    add_events(database, owners, 25, START + timedelta(hours=3))  # older ones come late
    assert_same(database, owners)
    assert count_hours(database, at + 2 * counted.SETTLED) == 0  # these are not known yet
    assert count_hours(database, at + 3 * counted.SETTLED) == 25
    assert_same(database, owners)


def test_what_a_clean_up_deletes_is_taken_off(database: Database) -> None:
    owners = [make_user(database).id, None]
    at = datetime(2026, 4, 1, tzinfo=UTC)
    add_events(database, owners, 30, START)
    count_hours(database, at)
    count_hours(database, at + counted.SETTLED)
    add_events(database, owners, 10, START)  # not counted, and deleted as well
    assert sum(delete_old(database, ScheduleEvent, START + timedelta(minutes=100))) == 15 + 10
    assert_same(database, owners)
    for later in (2, 3):
        count_hours(database, at + later * counted.SETTLED)
    assert_same(database, owners)
    with database.read() as session:
        assert session.scalar(select(func.min(HourlyCount.number))) > 0


def test_executions_are_counted_by_kind(database: Database) -> None:
    owner = make_user(database).id
    schedule = store_schedule(database, owner, START)
    rows = [
        {"schedule_id": schedule, "owner_id": owner, "kind": ("one", "two")[n % 2], "source":
         "manual", "state": "succeeded", "created_at": START + timedelta(minutes=n),
         "finished_at": START + timedelta(minutes=n + 1)}
        for n in range(9)
    ]  # fmt: skip
    with database.write() as unit:
        unit.session.execute(insert(ScheduleExecution), rows)
    at = datetime(2026, 4, 1, tzinfo=UTC)
    for later in (0, 1):
        count_hours(database, at + later * counted.SETTLED)
    assert sum(delete_old(database, ScheduleExecution, START + timedelta(minutes=3))) == 2
    with database.snapshot() as session:
        numbers = [number_of(session, EXECUTIONS, owner, word=kind) for kind in ("one", "two")]
        assert [*numbers, number_of(session, EXECUTIONS, owner)] == [4, 3, 7]
