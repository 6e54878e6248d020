"""What a batch writes together is what it would write row by row."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.db.engine import Database
from app.models.schedule import ScheduleEvent, ScheduleExecution
from services.scheduler.dispatch import written
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
