"""The verdicts on all groups of a run follow the test that is adjusted over all of them."""

from types import SimpleNamespace

import numpy as np

from services.benchmarks.analysis.effects import equivalence
from services.benchmarks.analysis.plan import AnalysisPlan
from services.benchmarks.domain.ratings import Answer, TraitFacts, build_ratings
from services.benchmarks.domain.resampling import Resampling

GROUPS, EACH = 40, 8
PLAN = AnalysisPlan(
    attributes=("religion",),
    shown=frozenset({"religion"}),
    baselines={},
    alpha=0.05,
    equivalence_margin=0.25,
    resampling=Resampling(permutations=400),
)


def test_of_forty_groups_that_are_alike_none_is_called_different_though_some_alone_would_be():
    draw = np.random.default_rng(4)
    people = {f"p{n:03}": {"religion": f"group {n % GROUPS:02}"} for n in range(GROUPS * EACH)}
    traits = {f"g{n}": TraitFacts("competence", 1) for n in range(3)}
    answers = [
        Answer(person, trait, False, int(draw.integers(1, 6)))
        for person in people
        for trait in traits
    ]
    data = SimpleNamespace(ratings=build_ratings(answers, people, traits), planned_deltas=None)
    rows = equivalence(data, PLAN, {})["data"]["religion"]
    assert len(rows) == GROUPS - 1
    assert any(row["p_difference"] < PLAN.alpha for row in rows)
    assert all(row["q_difference"] >= PLAN.alpha for row in rows)
    assert not any(row["verdict"].startswith("different") for row in rows)
