"""Next times that were computed with other time zones are computed anew, once."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.db.engine import Database
from app.models.schedule import Schedule
from services.scheduler.dispatch import zones_renewed
from services.scheduler.dispatch.zones_renewed import renew_times
from services.scheduler.times.zones import tzdata_version
from tests.factories.people import make_user
from tests.factories.schedules import store_schedule

AT = datetime(2026, 7, 1, 12, tzinfo=UTC)
BY_OLD_RULES = datetime(2026, 7, 2, 1, tzinfo=UTC)  # as if Berlin had no summer time
BY_THESE = datetime(2026, 7, 2, 0, tzinfo=UTC)


def stored(database: Database, **values: Any) -> int:
    usual = {"tzdata": "2020.1", "next_run_at": BY_OLD_RULES, "due_at": BY_OLD_RULES}
    return store_schedule(database, make_user(database).id, AT, **usual | values)


def read(database: Database, schedule_id: int) -> Schedule:
    with database.read() as session:
        return session.get_one(Schedule, schedule_id)


def test_times_by_other_zones_are_made_anew_in_batches_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zones_renewed, "BATCH", 2)
    numbers = [stored(database) for _ in range(5)]
    assert renew_times(database, AT) == 5
    for number in numbers:
        row = read(database, number)
        assert (row.next_run_at, row.due_at) == (BY_THESE, BY_THESE)
        assert row.tzdata == tzdata_version()
    assert renew_times(database, AT) == 0


def test_what_is_due_waits_or_is_by_these_zones_stays(database: Database) -> None:
    cooling = {"state": "cooling_off", "cool_off_until": BY_OLD_RULES}
    numbers = [
        stored(database, **values)
        for values in (
            {"next_run_at": AT, "due_at": AT},
            {"tzdata": tzdata_version()},
            cooling,
        )
    ]
    before = [read(database, number).next_run_at for number in numbers]
    assert renew_times(database, AT) == 0
    assert [read(database, number).next_run_at for number in numbers] == before


def test_a_zone_that_is_gone_keeps_its_time_until_it_is_due(database: Database) -> None:
    number = stored(database, timezone="Mars/Olympus")
    assert renew_times(database, AT) == 1
    row = read(database, number)
    assert (row.next_run_at, row.due_at, row.tzdata) == (
        BY_OLD_RULES,
        BY_OLD_RULES,
        tzdata_version(),
    )
