"""How much is tried: few examples, rounds and faults at every change, many at night.

`make test-deep` runs with Hypothesis's profile ``nightly``. A number that a test gives itself
would hide the profile's, so it grows with it here.
"""

from typing import TypeVar

from hypothesis import HealthCheck, settings

USUAL, NIGHTLY, DEEPER = 30, 1000, 20
Depth = TypeVar("Depth")


def register_profiles() -> None:
    """Load ``usual``; ``--hypothesis-profile=nightly`` takes the other one."""
    # a busy machine is no fault of the code: nothing here is about time
    patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    # the same examples at every change, so that none fails by chance; others every night
    settings.register_profile("usual", patient, max_examples=USUAL, derandomize=True)
    settings.register_profile("nightly", patient, max_examples=NIGHTLY, print_blob=True)
    settings.load_profile("usual")


def examples(usual: int) -> int:
    """Return how many examples a test that usually takes ``usual`` takes in this profile."""
    return deep(usual, usual * DEEPER)


def deep(usual: Depth, nightly: Depth) -> Depth:
    """Return how much of something a test takes in this profile, where 20 times were too many."""
    return usual if settings.default.max_examples <= USUAL else nightly
