"""Everything is killed at random, with the seed printed: no work is lost, none is done twice."""

import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from app.db.engine import Database
from harness.chaos.cuts import MEGABYTE, break_off
from harness.chaos.harness import MAX_LOST_SECONDS, ChaosResult, FaultPlan, random_seed, run
from tests.support.depth import deep

# half a minute alone, and several where others compute beside it
pytestmark = [pytest.mark.chaos, pytest.mark.timeout(1800)]


def attacked(
    request: pytest.FixtureRequest, faults: int, database_url: str | None = None
) -> ChaosResult:
    plan = FaultPlan(faults=faults, seed=random_seed(), interval=1.0, database_url=database_url)
    _say(request, f"chaos: seed {plan.seed}")
    outcome = run(plan)
    _say(request, f"chaos: {outcome.summary()}")
    return outcome


def _say(request: pytest.FixtureRequest, line: str) -> None:
    """Print a line that is seen when the test passes, too."""
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        sys.stderr.write(f"{line}\n")


def in_time(outcome: ChaosResult) -> float:
    """Return the bar: a clock that was killed itself has to be started first, as often as it was."""
    kills = sum(fault.kind == "clock killed" for fault in outcome.faults)
    return MAX_LOST_SECONDS + (1 + kills) * outcome.slowest_start


@pytest.fixture(scope="module")
def sqlite_outcome(request: pytest.FixtureRequest) -> ChaosResult:
    """What mixed faults did to a platform on SQLite."""
    return attacked(request, deep(24, 60))


def test_mixed_faults_lose_no_job_and_double_no_effect(sqlite_outcome: ChaosResult) -> None:
    assert sqlite_outcome.verdict.all_faults == []


def test_files_that_are_uploaded_meanwhile_arrive_as_they_were(sqlite_outcome: ChaosResult) -> None:
    assert sqlite_outcome.verdict.files, "no file arrived"
    assert not [one for one in sqlite_outcome.verdict.wrong if "upload" in one]


def test_a_file_arrives_whole_though_client_server_redis_and_worker_die_on_its_way(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    seed = random_seed()
    outcome = break_off(tmp_path, deep(6, 40), MEGABYTE, seed)
    _say(request, f"uploads: {outcome.summary()}")
    assert outcome.is_equal
    assert outcome.verdict.all_faults == []


def test_every_death_is_shown_as_lost_in_time(sqlite_outcome: ChaosResult) -> None:
    assert sqlite_outcome.verdict.lost_seconds, "no fault hit a working worker"
    assert sqlite_outcome.slowest_lost <= in_time(sqlite_outcome)


def test_faults_do_no_harm_on_postgresql(
    request: pytest.FixtureRequest, fresh_postgresql: str
) -> None:
    outcome = attacked(request, deep(10, 20), fresh_postgresql)
    assert outcome.verdict.all_faults == []
    assert outcome.slowest_lost <= in_time(outcome)


def test_postgresql_ends_the_transaction_of_a_frozen_process(fresh_postgresql: str) -> None:
    database = Database(fresh_postgresql)
    with database.read() as session:
        shown = session.execute(text("SHOW idle_in_transaction_session_timeout")).scalar_one()
    database.close()
    assert shown == "8s"
