"""Totals rebuilt from rows equal the live ones, whatever happened, and clean-up leaves both."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from app.clock import now
from app.jobs import states
from app.models.job import Job
from app.models.schedule import DailyCounter, ExecutionAttempt, Schedule, ScheduleExecution
from app.models.schedule_totals import ClockDay, DailyDuration
from app.resources import Resources
from services.scheduler import upkeep
from services.scheduler.dispatch.tick import tick
from services.scheduler.executions.cancel import cancel_execution
from services.scheduler.repository import open_execution
from services.scheduler.schedules.backfill import BackfillRequest, backfill_schedule
from services.scheduler.totals.of_rows import Tally
from services.scheduler.totals.rebuild import drift, rebuild, roll_up
from services.scheduler.totals.stored import live, rebuilt
from tests.factories.people import make_actor
from tests.factories.schedules import FakeTime, end_job, store_schedule

pytestmark = pytest.mark.one_process
Step = tuple[str, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("wait", "fail", "succeed", "cancel", "backfill", "sweep", "again")),
        st.integers(1, 40),
    ),
    min_size=6,
    max_size=16,
)


class World:
    """Schedules of two people under two clocks, with the time and the ends of jobs given."""

    def __init__(self, resources: Resources, time: FakeTime) -> None:
        self.resources, self.time, self.database = resources, time, resources.database
        self.owners = [make_actor(self.database, "member") for _ in range(2)]
        usual = {"interval_s": 3600, "cron": None, "catch_up": "all", "catch_up_most": 2}
        at = time.at
        due = {"next_run_at": at + timedelta(hours=1), "due_at": at + timedelta(hours=1)}
        self.schedules = [
            store_schedule(self.database, owner.user_id, at, **usual, **due)
            for owner in self.owners
        ]

    def do(self, name: str, number: int) -> None:
        """Do one thing, and let two clocks look."""
        doings: dict[str, Callable[[int], object]] = {
            "wait": self._wait,
            "again": lambda _: None,
            "fail": lambda _: self._end(states.FAILED),
            "succeed": lambda _: self._end(states.SUCCEEDED),
            "cancel": self._cancel,
            "backfill": self._backfill,
            "sweep": self._sweep,
        }
        doings[name](number)
        for _ in range(2):
            tick(self.database, self.time.at)

    def _wait(self, hours: int) -> None:
        self.time.at += timedelta(hours=hours, minutes=7)

    def _end(self, state: str) -> None:
        for job in self._open_jobs():
            end_job(self.resources, job, state, code="network")

    def _open_jobs(self) -> list[Job]:
        query = select(Job).join(ExecutionAttempt, ExecutionAttempt.job_id == Job.id)
        mine = ScheduleExecution.schedule_id.in_(self.schedules)
        query = query.join(ScheduleExecution).where(mine, Job.state == states.QUEUED)
        with self.database.read() as session:
            return list(session.scalars(query.order_by(Job.id)))

    def _cancel(self, number: int) -> None:
        place = number % 2
        with self.database.read() as session:
            row = open_execution(session, self.schedules[place])
        if row is not None:
            cancel_execution(self.resources.jobs, self.owners[place], str(row.id))

    def _backfill(self, hours: int) -> None:
        end = self.time.at - timedelta(hours=1)
        request = BackfillRequest(begin=end - timedelta(hours=hours), end=end, dry_run=False)
        place = hours % 2
        backfill_schedule(self.database, self.owners[place], str(self.schedules[place]), request)

    def _sweep(self, hours: int) -> None:
        before = self.time.at - timedelta(hours=hours)
        list(upkeep.delete_old(self.database, ScheduleExecution, before))

    def totals(self) -> tuple[Tally, Tally]:
        """Return the live ones and the rebuilt ones."""
        with self.database.read() as session:
            return live(session), rebuilt(session)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> FakeTime:
    return FakeTime(monkeypatch, now())


@given(steps=STEPS)
@settings(
    max_examples=4,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_a_rebuild_equals_the_live_totals_after_any_sequence(
    steps: list[Step], resources: Resources, time: FakeTime
) -> None:
    world = World(resources, time)
    world.do("wait", 3)
    for step in steps:
        world.do(*step)
        counted, right = world.totals()
        assert dict(counted.nonzero()) == dict(right.nonzero())
        assert counted.took == right.took
    with resources.database.write() as unit:  # the next example begins with schedules of its own
        unit.session.execute(update(Schedule).values(state="archived", due_at=None))


def test_a_rebuild_mends_what_is_off_and_leaves_what_is_right(
    resources: Resources, time: FakeTime
) -> None:
    world = World(resources, time)
    for step in (("wait", 30), ("succeed", 1), ("wait", 2), ("fail", 1), ("sweep", 2)):
        world.do(*step)
    before, _ = world.totals()
    assert rebuild(resources.database) == {}
    with resources.database.write() as unit:
        unit.session.execute(update(DailyCounter).values(executed=DailyCounter.executed + 5))
        unit.session.execute(update(DailyDuration).values(number=DailyDuration.number + 1))
    assert sum(rebuild(resources.database).values()) > 5
    after, right = world.totals()
    assert drift(after, before) == drift(after, right) == 0


def test_each_day_that_is_over_is_held_against_its_rows_once(
    resources: Resources, time: FakeTime
) -> None:
    world = World(resources, time)
    for step in (("wait", 2), ("succeed", 1)):
        world.do(*step)
    with resources.database.write() as unit:
        unit.session.execute(update(DailyCounter).values(failed=3))
    # at noon: just after midnight the day before is not settled
    tomorrow = (time.at + timedelta(days=1)).replace(hour=12)
    first = roll_up(resources.database, tomorrow)
    assert (first["days"], first["drift"]) == (7, 6)
    assert drift(*world.totals()) == 0
    assert roll_up(resources.database, tomorrow)["days"] == 0
    assert roll_up(resources.database, tomorrow + timedelta(days=1))["days"] == 1
    with resources.database.read() as session:
        assert len(session.scalars(select(ClockDay)).all()) == 8
