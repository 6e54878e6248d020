"""What is known of a metric: a row of the catalogue, as each domain declares its own."""

from dataclasses import dataclass
from typing import Literal

Goal = Literal["min", "max"]


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One known metric; ``low`` and ``high`` are the ends of its range, None where it has none."""

    name: str
    goal: Goal
    spellings: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    unit: str | None = None

    @property
    def is_share(self) -> bool:
        """Return whether values lie between 0 and 1."""
        return (self.low, self.high) == (0.0, 1.0)


def share(name: str, *spellings: str, goal: Goal = "max") -> Metric:
    """Return a metric between 0 and 1."""
    return Metric(name=name, spellings=spellings, goal=goal, low=0.0, high=1.0)


def error(name: str, *spellings: str, unit: str | None = None) -> Metric:
    """Return a metric from 0 upwards that gets better downwards."""
    return Metric(name=name, spellings=spellings, goal="min", low=0.0, unit=unit)
