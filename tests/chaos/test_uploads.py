"""A file is cut at random bytes while what it passes through is killed: it arrives as it was."""

from pathlib import Path

import pytest

from harness.chaos.cuts import MEGABYTE, break_off
from harness.chaos.harness import random_seed
from tests.support.attacks import say
from tests.support.depth import deep

# half a minute alone, and several where others compute beside it
pytestmark = [pytest.mark.chaos, pytest.mark.timeout(1800)]


def test_a_file_arrives_whole_though_client_server_redis_and_worker_die_on_its_way(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    seed = random_seed()
    outcome = break_off(tmp_path, deep(6, 40), MEGABYTE, seed)
    say(request, f"uploads: {outcome.summary()}")
    assert outcome.is_equal
    assert outcome.verdict.all_faults == []
