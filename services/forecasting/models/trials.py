"""The trials of a search as plain values: what draws read, and what prunes look at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.forecasting.models.families import ModelSettings
from services.forecasting.models.ports import FitHistory
from services.forecasting.models.search_space import SearchDimension

COMPLETED, STOPPED, PRUNED, FAILED = "completed", "stopped", "pruned", "failed"
SCORE = "val_rmse"


@dataclass(frozen=True, kw_only=True)
class SearchPlan:
    """What a search varies: the ranges ``space`` of ``base``, drawn from ``seed``."""

    base: ModelSettings
    space: tuple[SearchDimension, ...]
    seed: int


@dataclass(frozen=True, kw_only=True)
class TrialReport:
    """One trial that is over; numbers count from 0, ``parameters`` are by wire name.

    ``value`` is the error of its model on the validation block (RMSE of scaled values), None if
    it was pruned or failed. ``curve`` is that error after each epoch.
    """

    number: int
    parameters: Mapping[str, Any]
    state: str
    value: float | None
    curve: Sequence[float] = ()


class TrialPruned(Exception):
    """A trial is worse than the median of the others at the same epoch; ``curve`` is its own."""

    def __init__(self, curve: Sequence[float]) -> None:
        super().__init__()
        self.curve = tuple(curve)


def curve_of(history: FitHistory) -> list[float]:
    """Return the validation error after each epoch."""
    return [epoch[SCORE] for epoch in history.epochs if SCORE in epoch]


def score_of(history: FitHistory) -> float | None:
    """Return the validation error of the epoch that the model is from."""
    if history.best_epoch is None:
        return None
    return history.epochs[history.best_epoch - 1].get(SCORE)
