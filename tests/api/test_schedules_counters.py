"""Daily counters say what the rows say, and keep the lifetime totals when the rows are swept."""

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import func, select

from app.jobs import states
from app.models.schedule import DailyCounter, ExecutionAttempt, ScheduleExecution
from app.resources import Resources
from services.scheduler import upkeep
from services.scheduler.counters import COUNTED
from services.scheduler.dispatch.tick import tick
from services.scheduler.kinds.types import WorkContext
from tests.factories.callers import Caller
from tests.factories.datasets import claimed
from tests.factories.schedules import EACH_MINUTE, URL, end_job, later, make_due, open_job

NEVER_BEGAN = ("overlapped", "missed", "switched_off")
OUTCOMES = {states.SUCCEEDED: "executed", states.FAILED: "failed", states.CANCELLED: "cancelled"}


def live(resources: Resources) -> Counter[str]:
    """Return the sum of the counters over all days, owners and kinds."""
    sums = select(*(func.sum(getattr(DailyCounter, name)).label(name) for name in COUNTED))
    with resources.database.read() as session:
        row = session.execute(sums).one()
    return Counter({name: int(getattr(row, name)) for name in COUNTED})


def rebuilt(resources: Resources) -> Counter[str]:
    """Return the same out of the executions and their attempts."""
    total = Counter[str](dict.fromkeys(COUNTED, 0))
    with resources.database.read() as session:
        for row in session.scalars(select(ScheduleExecution)):
            total += counted(row)
        retried = select(func.count()).where(ExecutionAttempt.number > 1)
        total["retried"] += session.scalar(retried) or 0
    return total


def counted(row: ScheduleExecution) -> Counter[str]:
    if row.state == "skipped" and row.skip_reason in NEVER_BEGAN:
        return Counter(skipped=max(1, row.missed))
    took: Any = 0
    if row.started_at is not None and row.finished_at is not None:
        took = round((row.finished_at - row.started_at).total_seconds() * 1000)
    outcome = {OUTCOMES[row.state]: 1, "duration_ms": took} if row.state in OUTCOMES else {}
    return Counter({"created": 1} | outcome)


async def test_counters_equal_the_rows_and_outlive_them(
    member: Caller, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = (await member.post(URL, EACH_MINUTE, 201))["id"]
    make_due(resources, first)
    tick(resources.database)
    end_job(resources, open_job(resources, first), states.FAILED, code="network")
    later(resources, 310)  # what was due meanwhile was skipped; the second attempt begins
    end_job(resources, open_job(resources, first))
    second = (await member.post(URL, EACH_MINUTE, 201))["id"]
    make_due(resources, second, minutes=4)  # three were missed
    tick(resources.database)
    end_job(resources, open_job(resources, second), states.FAILED, code="config")
    third = (await member.post(URL, EACH_MINUTE, 201))["id"]
    make_due(resources, third)
    tick(resources.database)
    before = live(resources)
    assert before == rebuilt(resources)
    assert (before["executed"], before["failed"], before["retried"]) == (1, 1, 1)
    assert before["skipped"] >= 4

    for bound in ("FEWEST", "MOST"):
        monkeypatch.setattr(upkeep, bound, 1)
    swept = upkeep.sweep(
        WorkContext(
            actor=member.actor,
            attempt=claimed(resources, open_job(resources, third).id),
            database=resources.database,
            store=resources.store,
            settings=resources.settings,
            execution_id=1,
            scheduled_for=None,
        ),
        {"execution_days": -1, "event_days": -1, "dry_run": False},  # all that is over
    )
    assert swept is not None
    assert swept["executions"] >= 4
    assert live(resources) == before
    assert rebuilt(resources)["created"] == 1  # the one that is still open
