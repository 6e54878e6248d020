"""Due times become executions once each: with two clocks at once, and with clocks that die."""

import multiprocessing
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from multiprocessing.process import BaseProcess

from sqlalchemy import func, insert, select

from app.clock import now
from app.db.engine import Database
from app.models.job import Job
from app.models.schedule import DailyCounter, ExecutionAttempt, Schedule, ScheduleExecution
from harness.eventually import eventually
from services.scheduler.dispatch import due
from services.scheduler.dispatch.begin import begin_due
from services.scheduler.dispatch.due import dispatch_due, next_due
from tests.factories.people import make_user

KILLS = 3
SCHEDULES = 1000
FORK = multiprocessing.get_context("fork")  # a clock of its own that need not import anything


def fill(database: Database, number: int, kind: str = "training.run") -> None:
    """Write schedules that were due this minute, in three zones."""
    owner = make_user(database).id
    at = now().replace(second=0, microsecond=0)
    zones = ("UTC", "Europe/Berlin", "America/New_York")
    rows = [
        {
            "owner_id": owner,
            "visibility": "private",
            "kind": kind,
            "name": f"schedule {n}",
            "params": {"dataset": "digits"},
            "cron": f"{at.minute} * * * *",
            "timezone": zones[n % 3],
            "exclude": [],
            "jitter_s": 0,
            "catch_up": "one",
            "catch_up_most": 1,
            "version": 1,
            "state": "active",
            "epoch": at - timedelta(days=1),
            "failures": 0,
            "cool_off_level": 0,
            "fallback": "next_level",
            "tzdata": "",
            "created_at": at - timedelta(days=1),
            "updated_at": at,
            "next_run_at": at,
            "due_at": at,
        }
        for n in range(number)
    ]
    with database.write() as unit:
        unit.session.execute(insert(Schedule), rows)


def dispatch_all(url: str) -> None:
    """Be a clock until nothing is due."""
    database = Database(url)
    while dispatch_due(database):
        pass


def begin_all(url: str) -> None:
    """Be a clock that begins what is due."""
    begin_due(Database(url))


def two_clocks(database: Database, work: Callable[[str], None] = dispatch_all) -> list[BaseProcess]:
    url = database.engine.url.render_as_string(hide_password=False)
    clocks: list[BaseProcess] = [FORK.Process(target=work, args=(url,)) for _ in range(2)]
    for clock in clocks:
        clock.start()
    return clocks


def executions_by_schedule(database: Database) -> Counter[int]:
    with database.read() as session:
        return Counter(session.scalars(select(ScheduleExecution.schedule_id)))


def test_two_clocks_at_once_and_clocks_that_die_make_each_execution_once(
    database, monkeypatch
) -> None:
    monkeypatch.setattr(due, "BATCH", 100)  # so that they die between batches, too
    fill(database, SCHEDULES)
    for number in range(KILLS):
        clocks = two_clocks(database)
        eventually(lambda n=number: len(executions_by_schedule(database)) > 200 * n, every=0.001)
        for clock in clocks:
            clock.kill()
            clock.join()
        assert set(executions_by_schedule(database).values()) <= {1}
    for clock in two_clocks(database):
        clock.join()
        assert clock.exitcode == 0
    made = executions_by_schedule(database)
    assert (len(made), set(made.values())) == (SCHEDULES, {1})
    with database.read() as session:
        assert session.scalar(select(func.sum(DailyCounter.created))) == SCHEDULES
        still_due = select(func.count()).where(Schedule.due_at <= now())
        assert session.scalar(still_due) == 0


def test_the_clock_knows_when_the_next_schedule_comes_due(database: Database) -> None:
    at = now().replace(second=0, microsecond=0)
    assert next_due(database, at - timedelta(hours=1)) is None
    fill(database, 3)
    due_at = next_due(database, at - timedelta(hours=1))
    assert due_at is not None
    assert at <= due_at <= now()
    assert next_due(database, due_at) is None


def test_two_clocks_at_once_begin_each_attempt_once(database) -> None:
    fill(database, 30, kind="retention.sweep")
    dispatch_due(database)
    for clock in two_clocks(database, begin_all):
        clock.join()
        assert clock.exitcode == 0
    with database.read() as session:
        attempts = session.scalars(select(ExecutionAttempt)).all()
        jobs = session.scalar(select(func.count()).select_from(Job))
    assert (len(attempts), jobs) == (30, 30)
    assert len({one.execution_id for one in attempts}) == 30
