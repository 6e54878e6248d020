"""How often tests relabel and intervals resample, and from which seed."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Resampling:
    """``permutations`` of a test, ``draws`` of an interval, and the ``seed`` of both."""

    seed: int = 0
    permutations: int = 1_000
    draws: int = 1_000


@dataclass(frozen=True, kw_only=True)
class Family:
    """The tests that are adjusted together: a name, and how many they are."""

    name: str
    size: int
