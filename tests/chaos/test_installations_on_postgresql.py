"""The same on PostgreSQL, which crashes, too."""

import pytest

from harness.chaos.harness import random_seed
from harness.chaos.installation.attack import ShockPlan, attack
from tests.support.attacks import say
from tests.support.depth import deep

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(1800)]
KINDS = ("commit of unknown outcome", "database restarted")


def test_nothing_is_lost_though_commits_have_no_answer_and_the_database_crashes(
    request: pytest.FixtureRequest,
) -> None:
    plan = ShockPlan(
        shocks=deep(2, 40),
        seed=random_seed(),
        on_postgresql=True,
        only=deep(KINDS, ()),
        in_turn=True,
    )
    say(request, f"installation: seed {plan.seed}")
    result = attack(plan)
    say(request, f"installation: {result.figures()}")
    assert (result.manual_restarts, result.faults()) == (0, [])
