"""Attacks on a whole platform, whose seed and outcome are printed, and how soon a death must show."""

import sys

import pytest

from harness.chaos.harness import MAX_LOST_SECONDS, ChaosResult, FaultPlan, random_seed, run


def attacked(
    request: pytest.FixtureRequest, faults: int, database_url: str | None = None
) -> ChaosResult:
    """Let that many things go wrong, and return what came of it."""
    plan = FaultPlan(faults=faults, seed=random_seed(), interval=1.0, database_url=database_url)
    say(request, f"chaos: seed {plan.seed}")
    outcome = run(plan)
    say(request, f"chaos: {outcome.summary()}")
    return outcome


def say(request: pytest.FixtureRequest, line: str) -> None:
    """Print a line that is seen when the test passes, too."""
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        sys.stderr.write(f"{line}\n")


def in_time(outcome: ChaosResult) -> float:
    """Return the bar: a clock that was killed itself has to be started first, as often as it was."""
    kills = sum(fault.kind == "clock killed" for fault in outcome.faults)
    return MAX_LOST_SECONDS + (1 + kills) * outcome.slowest_start
