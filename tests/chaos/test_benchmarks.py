"""Parts of a benchmark die while its answers arrive: each item is asked and kept once."""

from pathlib import Path

import pytest

from harness.chaos.benchmarks import KINDS, BenchmarkPlan, attack
from harness.chaos.harness import random_seed
from tests.support.depth import deep

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(900)]


def test_no_answer_is_lost_or_kept_twice_though_every_part_dies(tmp_path: Path) -> None:
    plan = BenchmarkPlan(faults=deep(len(KINDS), 40), seed=random_seed(), traits=deep(3, 24))
    assert attack(tmp_path, plan).wrong == [], plan
