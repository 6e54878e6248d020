"""A whole installation comes back by itself, and nothing that was acknowledged is lost."""

import pytest

from harness.chaos.harness import random_seed
from harness.chaos.installation.attack import ShockPlan, ShockResult, attack
from harness.chaos.installation.shocks import WEB_KILLED
from tests.support.attacks import say
from tests.support.depth import deep

# half a minute alone, and several where others compute beside it
pytestmark = [pytest.mark.chaos, pytest.mark.timeout(1800)]
ON_SQLITE = (WEB_KILLED, "commit of unknown outcome", "host paused", "disk full")


@pytest.fixture(scope="module")
def result(request: pytest.FixtureRequest) -> ShockResult:
    """What some shocks did to an installation on SQLite whose home is a small disk."""
    plan = ShockPlan(shocks=deep(4, 40), seed=random_seed(), only=deep(ON_SQLITE, ()), in_turn=True)
    say(request, f"installation: seed {plan.seed}")
    result = attack(plan)
    say(request, f"installation: {result.figures()}")
    return result


def test_no_row_names_an_object_that_is_not_there(result: ShockResult) -> None:
    assert result.after.rows_without_object == []


def test_no_key_is_left_without_an_answer(result: ShockResult) -> None:
    assert result.after.stuck_keys == []


def test_nobody_has_to_restart_anything(result: ShockResult) -> None:
    assert (result.manual_restarts, result.faults()) == (0, [])


def test_what_was_acknowledged_is_there_once(result: ShockResult) -> None:
    assert result.writes, "nothing was written"
    assert (result.after.lost, result.after.doubled) == ([], [])
