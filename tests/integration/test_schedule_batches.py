"""What a batch writes together is what it would write row by row."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import select

from app.db.engine import Database
from app.models.schedule import DailyCounter, Schedule, ScheduleEvent, ScheduleExecution
from services.scheduler.dispatch import due, written
from services.scheduler.dispatch.due import dispatch_due
from tests.factories.people import make_user
from tests.factories.schedules import store_schedule

AT = datetime(2026, 7, 1, 0, 0, 5, tzinfo=UTC)  # two in the morning in Berlin
NAMES = ("plain", 'a "quote" \\ and \t tab', "Größe 💡", "O'Hara; %s {0}", "</script>", "six")


def rows_of(database: Database, *, shared: int, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Dispatch schedules of one person that missed a day, and return what was written for them."""
    monkeypatch.setattr(written, "SHARED", shared)
    owner = make_user(database).id
    due = AT.replace(second=0) - timedelta(days=2)
    more = {"next_run_at": due, "due_at": due, "catch_up": "all", "catch_up_most": 2}
    for name in NAMES:
        store_schedule(database, owner, due - timedelta(days=1), name=name, **more)
    assert dispatch_due(database, AT) == len(NAMES)
    with database.read() as session:
        made = select(ScheduleExecution).where(ScheduleExecution.owner_id == owner)
        executions = session.scalars(made.order_by(ScheduleExecution.id)).all()
        said = select(ScheduleEvent).where(ScheduleEvent.owner_id == owner)
        events = session.scalars(said.order_by(ScheduleEvent.id)).all()
    first = min(one.schedule_id for one in executions)
    left_out = {"id", "owner_id", "schedule_id"}
    return sorted(
        (
            type(row).__name__,
            row.schedule_id - first,
            sorted(
                (name, repr(getattr(row, name)))
                for name in row.__table__.c.keys()  # noqa: SIM118 - the keys are the columns' names
                if name not in left_out and name != "data"
            ),
            sorted(row.data.items(), key=str) if isinstance(row, ScheduleEvent) else [],
        )
        for row in (*executions, *events)
    )


def test_rows_that_are_copied_are_those_that_are_written_one_by_one(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = rows_of(database, shared=1, monkeypatch=monkeypatch)
    one_by_one = rows_of(database, shared=1000, monkeypatch=monkeypatch)
    assert together == one_by_one
    assert len(together) == 2 * 3 * len(NAMES)  # of each two that run and one for what was missed


LATER = datetime(2026, 7, 1, 0, 31, 5, tzinfo=UTC)
CADENCES: tuple[dict[str, Any], ...] = (
    {"cron": "0 * * * *"},
    {"cron": "0 * * * *", "timezone": "America/New_York", "catch_up": "all", "catch_up_most": 3},
    {"cron": "0 * * * *", "timezone": "Mars/Olympus", "failures": 2},
    {"cron": "0 * * * *", "exclude": ["2026-06-30"]},
    {"cron": "0 * * * *", "jitter_s": 30},
    {"cron": None, "interval_s": 600},
    {"state": "cooling_off", "cool_off_level": 2, "failures": 3, "error_code": "network"},
)
LEFT_OUT = {"id", "owner_id", "due_at"}  # jitter follows from the id


def mixed(database: Database, batch: int, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Dispatch many cadences of two people in batches of a size; return what that changed."""
    monkeypatch.setattr(due, "BATCH", batch)
    owners, begin = (
        [make_user(database).id for _ in range(2)],
        LATER - timedelta(hours=6, minutes=31),
    )
    ids = []
    for number, (owner, cadence, visibility) in enumerate(
        product(owners, CADENCES, ("private", "private", "private", "team"))
    ):
        at = begin.replace(second=0) - timedelta(days=number)
        times = {"next_run_at": begin.replace(second=0), "due_at": begin, "epoch": at}
        more = {"name": f"number {number}", "visibility": visibility, **times, **cadence}
        ids.append(store_schedule(database, owner, at, **more))
    assert dispatch_due(database, LATER) == len(ids)
    with database.read() as session:
        rows = session.scalars(select(Schedule).where(Schedule.id.in_(ids)).order_by(Schedule.id))
        made = select(ScheduleExecution).where(ScheduleExecution.owner_id.in_(owners))
        said = select(ScheduleEvent).where(ScheduleEvent.owner_id.in_(owners))
        counts = select(DailyCounter).where(DailyCounter.owner_id.in_(owners))
        what = [
            *(("schedule", n, shown(row)) for n, row in enumerate(rows)),
            *(
                ("execution", ids.index(row.schedule_id), shown(row))
                for row in session.scalars(made)
            ),
            *(
                ("event", ids.index(row.schedule_id or 0), shown(row))
                for row in session.scalars(said)
            ),
            *(("count", owners.index(row.owner_id), shown(row)) for row in session.scalars(counts)),
        ]
    return sorted(what)


def shown(row: Any) -> list[str]:
    names = [name for name in row.__table__.columns.keys() if name not in LEFT_OUT]  # noqa: SIM118
    return [f"{name}={getattr(row, name)!r}" for name in names if name != "schedule_id"]


def test_a_batch_does_to_each_schedule_what_is_done_to_it_alone(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = mixed(database, 1000, monkeypatch)
    alone = mixed(database, 1, monkeypatch)
    assert together == alone
    broken = [text for _, _, text in together if "timezone='Mars/Olympus'" in text]
    assert len(broken) == 8
    assert all("failures=2" in text and "state='needs_intervention'" in text for text in broken)
