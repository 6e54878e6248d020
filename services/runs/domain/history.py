"""What a run measured, epoch by epoch or round by round, and what is best and final in it.

The one implementation of run to results. Values are grouped by epoch first, so that the order
in which they arrived never matters; a value that was not measured is absent, and zero is a value.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from services.runs.domain.columns import Columns
from services.runs.domain.metric_names import COUNTS, count_name, metric_of, series_names

Counts = tuple[int, int, int, int]  # true positives, true negatives, false ones likewise

KEYS: Mapping[str, tuple[str, str]] = {
    "train_loss": ("train", "loss"),
    "val_loss": ("val", "loss"),
    "train_acc": ("train", "accuracy"),
    "val_acc": ("val", "accuracy"),
    "train_f1": ("train", "f1_score"),
    "val_precision": ("val", "precision"),
    "val_recall": ("val", "recall"),
    "val_f1": ("val", "f1_score"),
    "val_auroc": ("val", "auroc"),
}
SERIES = tuple(
    name for phase, metric in KEYS.values() for name in series_names(phase, metric)
) + tuple(count_name(count) for count in COUNTS)


@dataclass(frozen=True, kw_only=True)
class Epoch:
    """One epoch (counted from 1) or round (0 is the untrained model), under the names of KEYS."""

    epoch: int
    values: Mapping[str, float]
    counts: Counts | None = None
    is_baseline: bool = False

    @property
    def missing(self) -> list[str]:
        """Return the names of KEYS that were not measured."""
        return [name for name in KEYS if name not in self.values]


@dataclass(frozen=True, kw_only=True)
class Evaluated:
    """A server's evaluation of a round; None where something was not measured."""

    round: int
    metrics: Mapping[str, float | None]
    counts: Counts | None = None


def history_of_epochs(series: Mapping[str, Columns]) -> list[Epoch]:
    """Return an epoch per step of the run's own series; step 0 is shown as epoch 1."""
    grid: dict[int, dict[str, float]] = {}
    for key, (phase, metric) in KEYS.items():
        for name in reversed(series_names(phase, metric)):  # the usual name comes last and wins
            _fill(grid, key, series.get(name))
    for count in COUNTS:
        _fill(grid, count, series.get(count_name(count)))
    return [_epoch(step, grid[step]) for step in sorted(grid)]


def _fill(grid: dict[int, dict[str, float]], key: str, columns: Columns | None) -> None:
    if columns is None:
        return
    for step, value in zip(columns.steps.tolist(), columns.values.tolist(), strict=True):
        if math.isfinite(value):
            grid.setdefault(step, {})[key] = value


def _epoch(step: int, found: dict[str, float]) -> Epoch:
    counts = [found.pop(count, None) for count in COUNTS]
    known = [round(count) for count in counts if count is not None]
    whole = (known[0], known[1], known[2], known[3]) if len(known) == len(COUNTS) else None
    return Epoch(epoch=step + 1, values=found, counts=whole)


def history_of_rounds(evaluations: Sequence[Evaluated]) -> list[Epoch]:
    """Return an epoch per evaluated round, in ascending order; training was not measured."""
    return [
        Epoch(
            epoch=evaluation.round,
            values=_validation(evaluation.metrics),
            counts=evaluation.counts,
            is_baseline=evaluation.round == 0,
        )
        for evaluation in sorted(evaluations, key=lambda evaluation: evaluation.round)
    ]


def _validation(metrics: Mapping[str, float | None]) -> dict[str, float]:
    return {
        key: value
        for key, (phase, metric) in KEYS.items()
        if phase == "val" and (value := metrics.get(metric)) is not None and math.isfinite(value)
    }


def trained(history: Sequence[Epoch]) -> Sequence[Epoch]:
    """Return the history without the untrained model, unless there is nothing else."""
    return [epoch for epoch in history if not epoch.is_baseline] or history


def best_values(history: Sequence[Epoch]) -> dict[str, float]:
    """Return the highest validation value of each metric and the lowest loss, where measured."""
    best: dict[str, float] = {}
    for key, (phase, metric) in KEYS.items():
        found = [epoch.values[key] for epoch in trained(history) if key in epoch.values]
        if phase == "val" and found:
            best[metric] = min(found) if metric == "loss" else max(found)
    return best


def final_values(history: Sequence[Epoch]) -> dict[str, float]:
    """Return the validation values of the highest epoch only, never mixed with another one's."""
    if not history:
        return {}
    newest = max(history, key=lambda epoch: epoch.epoch)
    return {metric_of(key): value for key, value in newest.values.items() if KEYS[key][0] == "val"}


def best_epoch(history: Sequence[Epoch], key: str) -> int:
    """Return the first epoch with the strictly greatest value of ``key`` above 0.0, else 1."""
    best, greatest = 1, 0.0
    for epoch in trained(history):
        value = epoch.values.get(key)
        if value is not None and value > greatest:
            best, greatest = epoch.epoch, value
    return best


@dataclass(frozen=True, kw_only=True)
class BestRound:
    """A metric's best value and the round it belongs to; None when never measured."""

    value: float | None = None
    round: int | None = None


@dataclass(frozen=True, kw_only=True)
class EvaluationSummary:
    """All rounds in a few numbers; the untrained model is best in nothing."""

    total_rounds: int
    num_trained_rounds: int
    latest_round: int
    latest_metrics: Mapping[str, float | None]
    best: Mapping[str, BestRound] = field(default_factory=dict)


def summarise_rounds(evaluations: Sequence[Evaluated]) -> EvaluationSummary | None:
    """Return the summary, None when nothing was evaluated."""
    if not evaluations:
        return None
    after_training = [evaluation for evaluation in evaluations if evaluation.round > 0]
    latest = max(evaluations, key=lambda evaluation: evaluation.round)
    candidates = after_training or list(evaluations)
    return EvaluationSummary(
        total_rounds=len(evaluations),
        num_trained_rounds=len(after_training),
        latest_round=latest.round,
        latest_metrics=latest.metrics,
        best={metric: _best_round(candidates, metric) for metric in latest.metrics},
    )


def _best_round(evaluations: Sequence[Evaluated], metric: str) -> BestRound:
    best = BestRound()
    for evaluation in sorted(evaluations, key=lambda evaluation: evaluation.round):
        value = evaluation.metrics.get(metric)
        if value is not None and (best.value is None or _is_better(metric, value, best.value)):
            best = BestRound(value=value, round=evaluation.round)
    return best


def _is_better(metric: str, value: float, than: float) -> bool:
    return value < than if metric == "loss" else value > than
