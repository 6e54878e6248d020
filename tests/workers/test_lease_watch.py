"""Hosts that sleep and clocks that jump: time that nobody saw pass ends no lease."""

import pytest
from sqlalchemy import update

from app.db.engine import Database
from app.db.types import database_time
from app.jobs.engine import Claim, JobEngine
from app.jobs.reconcile import expire_leases
from app.jobs.watch import LeaseWatch
from app.models import Job
from tests.workers.test_job_engine import job_row, queue_job

pytestmark = pytest.mark.one_process

LEASE = 600.0  # seconds, so many that those of a busy machine do not matter
STEP = 10  # seconds between two looks: none of them is a gap
HOUR = 3600.0


class Sleeper:
    """A clock and a holder on a host whose time goes on without them."""

    def __init__(self, database: Database) -> None:
        self.jobs = JobEngine(database, {}, LEASE)
        self.watch = LeaseWatch(LEASE)
        claim = self.jobs.claim(queue_job(database), "holder")
        assert claim is not None
        self.claim: Claim = claim
        self.look()

    def look(self) -> int:
        return expire_leases(self.jobs, self.watch)

    def pass_by(self, seconds: float) -> None:
        """Let so much time have passed since all that was written or looked at."""
        assert self.watch.looked is not None
        self.watch.looked -= seconds
        self.watch.woke -= seconds
        with self.jobs.database.write() as unit:
            unit.session.execute(update(Job).values(lease_until=Job.lease_until - seconds))

    def live(self, seconds: int) -> int:
        """Let a clock that is awake look again and again; return how many it saw die."""
        dead = 0
        for _ in range(0, seconds, STEP):
            self.pass_by(STEP)
            dead += self.look()
        return dead


@pytest.fixture
def sleeper(database: Database) -> Sleeper:
    return Sleeper(database)


@pytest.mark.parametrize("seconds", [LEASE + 50, HOUR, 9 * HOUR])
def test_a_sleep_ends_no_lease_of_whoever_beats_afterwards(
    sleeper: Sleeper, seconds: float
) -> None:
    for _ in range(3):
        sleeper.pass_by(seconds)
        assert sleeper.look() == 0
        assert sleeper.live(200) == 0
        sleeper.jobs.beat(sleeper.claim)
    assert sleeper.live(400) == 0
    assert job_row(sleeper.jobs.database, sleeper.claim.job_id).deaths == 0


def test_sleeps_in_a_row_end_no_lease_before_there_was_time_for_a_beat(sleeper: Sleeper) -> None:
    for _ in range(4):
        sleeper.pass_by(HOUR)
        assert sleeper.live(100) == 0


def test_who_does_not_beat_after_a_sleep_is_lost_within_a_lease(sleeper: Sleeper) -> None:
    sleeper.pass_by(HOUR)
    assert sleeper.live(500) == 0
    assert sleeper.live(200) == 1


def test_a_clock_that_is_held_up_again_and_again_sees_who_died(sleeper: Sleeper) -> None:
    gap = LEASE * 0.4
    dead = []
    for _ in range(4):
        sleeper.pass_by(gap)
        dead.append(sleeper.look())
    assert dead == [0, 0, 0, 1]


def test_a_death_that_was_seen_to_happen_is_not_put_off(sleeper: Sleeper) -> None:
    assert sleeper.live(550) == 0
    assert sleeper.live(100) == 1


def test_a_clock_that_went_back_does_not_let_the_dead_live(sleeper: Sleeper) -> None:
    sleeper.pass_by(-HOUR)
    assert sleeper.look() == 0
    assert sleeper.live(500) == 0
    assert sleeper.live(200) == 1


def test_nothing_is_written_where_no_lease_is_over(
    sleeper: Sleeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        pytest.fail("the clock writes")

    monkeypatch.setattr(sleeper.jobs.database, "write", refuse)
    sleeper.look()


def test_the_time_of_leases_is_the_databases(sleeper: Sleeper, database: Database) -> None:
    with database.read() as session:
        at = session.query(database_time()).scalar()
    assert sleeper.watch.looked == pytest.approx(at, abs=30.0)
