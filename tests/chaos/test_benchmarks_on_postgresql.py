"""The same on PostgreSQL, in a file of its own: another process of pytest waits for it meanwhile."""

from pathlib import Path

import pytest

from harness.chaos.benchmarks import BenchmarkPlan, attack
from harness.chaos.harness import random_seed
from tests.support.depth import deep

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(900)]


def test_no_answer_is_lost_on_postgresql(tmp_path: Path, fresh_postgresql: str) -> None:
    plan = BenchmarkPlan(
        faults=deep(3, 30), seed=random_seed(), traits=deep(2, 24), database_url=fresh_postgresql
    )
    assert attack(tmp_path, plan).wrong == [], plan
