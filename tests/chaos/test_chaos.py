"""Everything is killed at random, with the seed printed: no work is lost, none is done twice."""

import pytest

from harness.chaos.harness import ChaosResult
from tests.support.attacks import attacked, in_time
from tests.support.depth import deep

# half a minute alone, and several where others compute beside it
pytestmark = [pytest.mark.chaos, pytest.mark.timeout(1800)]


@pytest.fixture(scope="module")
def sqlite_outcome(request: pytest.FixtureRequest) -> ChaosResult:
    """What mixed faults did to a platform on SQLite."""
    return attacked(request, deep(24, 60))


def test_mixed_faults_lose_no_job_and_double_no_effect(sqlite_outcome: ChaosResult) -> None:
    assert sqlite_outcome.verdict.all_faults == []


def test_files_that_are_uploaded_meanwhile_arrive_as_they_were(sqlite_outcome: ChaosResult) -> None:
    assert sqlite_outcome.verdict.files, "no file arrived"
    assert not [one for one in sqlite_outcome.verdict.wrong if "upload" in one]


def test_every_death_is_shown_as_lost_in_time(sqlite_outcome: ChaosResult) -> None:
    assert sqlite_outcome.verdict.lost_seconds, "no fault hit a working worker"
    assert sqlite_outcome.slowest_lost <= in_time(sqlite_outcome)
