"""What a run measured, epoch by epoch or round by round, and what is best and final in it.

The one implementation of run to results. Values are grouped by epoch first, so that the order
in which they arrived never matters; a value that was not measured is NaN in here and absent
outside, and zero is a value. Columns, because a program of somebody's own may log a million steps.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.tracking.catalogue import canonical_name, direction_of
from services.tracking.domain.columns import Columns, Floats, Steps
from services.tracking.domain.metric_names import COUNTS, count_name, series_names
from services.tracking.domain.ranges import possible_values

Counts = tuple[int, int, int, int]  # true positives, true negatives, false ones likewise
LAST_STEP = np.iinfo(np.int64).max  # shown as itself: there is no number after it
MAX_ROWS = 2**53  # a count beyond this is none: a float does not hold it

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
METRIC_SERIES = tuple(
    name for phase, metric in KEYS.values() for name in series_names(phase, metric)
)
SERIES = METRIC_SERIES + tuple(count_name(count) for count in COUNTS)


@dataclass(frozen=True, kw_only=True)
class Epoch:
    """One epoch (ours count from 1) or round (0 is the untrained model), by the names of KEYS."""

    epoch: int
    values: Mapping[str, float]
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


@dataclass(frozen=True, kw_only=True, eq=False)
class History:
    """Epochs or rounds in ascending order, as columns of shape (n,); NaN was not measured.

    ``counts`` has the four counts of each epoch, of shape (4, n).
    """

    epochs: Steps
    values: Mapping[str, Floats]
    counts: Floats
    is_baseline: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.epochs)

    def rows(self, places: Iterable[int] | None = None) -> list[Epoch]:
        """Return the epochs at ``places``, or all of them, one by one."""
        return [self._row(place) for place in (range(len(self)) if places is None else places)]

    def _row(self, place: int) -> Epoch:
        values_at = {key: float(column[place]) for key, column in self.values.items()}
        return Epoch(
            epoch=int(self.epochs[place]),
            values={key: value for key, value in values_at.items() if np.isfinite(value)},
            is_baseline=bool(self.is_baseline[place]),
        )

    def counts_at(self, place: int) -> Counts | None:
        """Return the four counts of the epoch at ``place``, None unless all can be counts."""
        return counts_of(self.counts[:, place].tolist())


def counts_of(values: Sequence[float | None]) -> Counts | None:
    """Return four numbers as counts; None where one is unknown, negative or beyond counting."""
    if any(value is None or not 0 <= value < MAX_ROWS for value in values):  # NaN is in no range
        return None
    tp, tn, fp, fn = (round(value) for value in values if value is not None)
    return tp, tn, fp, fn


def matrix_of(counts: Counts | None) -> list[list[int]] | None:
    """Return the counts as a matrix with rows of true, columns of predicted classes."""
    if counts is None:
        return None
    tp, tn, fp, fn = counts
    return [[tn, fp], [fn, tp]]


def history_of_epochs(series: Mapping[str, Columns], first_step: int = 1) -> History:
    """Return an epoch per step of the run's own series; step 0 is shown as ``first_step``.

    A step at which all that was measured is not a number is an epoch, too: that of a run that
    diverged is its last one.
    """
    known = {name: columns for name, columns in series.items() if name in SERIES}
    steps = (
        np.unique(np.concatenate([one.steps for one in known.values()])) if known else _no_steps()
    )
    values = {
        key: column
        for key, (phase, metric) in KEYS.items()
        if (column := _merged(steps, known, series_names(phase, metric), metric)) is not None
    }
    counts = [_on_grid(steps, known.get(count_name(count))) for count in COUNTS]
    return History(
        epochs=np.minimum(steps, LAST_STEP - first_step) + first_step,
        values=values,
        counts=np.stack(counts),
        is_baseline=np.zeros(len(steps), dtype=np.bool_),
    )


def _no_steps() -> Steps:
    return np.empty(0, dtype=np.int64)


def _merged(
    steps: Steps, columns_by_name: Mapping[str, Columns], names: Sequence[str], metric: str
) -> Floats | None:
    """Return one metric under any of its names; the usual name comes first and wins.

    What the metric cannot be is left out: 75 per cent is not an accuracy of 75.
    """
    column = np.full(len(steps), np.nan)
    for one in (columns_by_name[name] for name in reversed(names) if name in columns_by_name):
        values = possible_values(metric, one.values)
        known = np.isfinite(values)
        column[np.searchsorted(steps, one.steps[known])] = values[known]
    return column if np.isfinite(column).any() else None


def _on_grid(steps: Steps, columns: Columns | None) -> Floats:
    column = np.full(len(steps), np.nan)
    if columns is not None:
        column[np.searchsorted(steps, columns.steps)] = columns.values
    return column


def history_of_rounds(evaluations: Sequence[Evaluated]) -> History:
    """Return an epoch per evaluated round, in ascending order; training was not measured."""
    ordered = sorted(evaluations, key=lambda evaluation: evaluation.round)
    columns = {
        key: np.array([one.metrics.get(metric) for one in ordered], dtype=np.float64)
        for key, (phase, metric) in KEYS.items()
        if phase == "val"
    }
    counts = [one.counts or (np.nan,) * len(COUNTS) for one in ordered]
    numbers = np.array([one.round for one in ordered], dtype=np.int64)
    return History(
        epochs=numbers,
        values={key: column for key, column in columns.items() if np.isfinite(column).any()},
        counts=np.array(counts, dtype=np.float64).reshape(-1, len(COUNTS)).T,
        is_baseline=numbers == 0,
    )


def after_training(history: History) -> NDArray[np.bool_]:
    """Return which epochs count: not the untrained model's, unless there is nothing else."""
    every = np.ones(len(history), dtype=np.bool_)
    return every if bool(history.is_baseline.all()) else ~history.is_baseline


def best_by_metric(history: History) -> dict[str, float]:
    """Return the highest validation value of each metric and the lowest loss, where measured."""
    best: dict[str, float] = {}
    for key, (phase, metric) in KEYS.items():
        column = history.values.get(key)
        if phase != "val" or column is None:
            continue
        values = column[after_training(history) & np.isfinite(column)]
        if len(values):
            best[metric] = float(values.min() if direction_of(metric) == "min" else values.max())
    return best


def final_values(history: History) -> dict[str, float]:
    """Return the validation values of the highest epoch only, never mixed with another one's."""
    if not len(history):
        return {}
    (newest,) = history.rows([len(history) - 1])
    return {
        canonical_name(key): value for key, value in newest.values.items() if KEYS[key][0] == "val"
    }


def final_counts(history: History) -> Counts | None:
    """Return the confusion matrix of the highest epoch, None where it has none."""
    return history.counts_at(len(history) - 1) if len(history) else None


def best_epoch(history: History, key: str) -> int:
    """Return the first epoch with the strictly greatest value of ``key`` above 0.0, else 1."""
    column = history.values.get(key)
    if column is None:
        return 1
    ranked = np.where(after_training(history) & np.isfinite(column), column, 0.0)
    place = int(np.argmax(ranked))
    return int(history.epochs[place]) if ranked[place] > 0.0 else 1


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
    trained = [evaluation for evaluation in evaluations if evaluation.round > 0]
    newest = max(evaluations, key=lambda evaluation: evaluation.round)
    candidates = trained or list(evaluations)
    return EvaluationSummary(
        total_rounds=len(evaluations),
        num_trained_rounds=len(trained),
        latest_round=newest.round,
        latest_metrics=newest.metrics,
        best={metric: _best_round(candidates, metric) for metric in newest.metrics},
    )


def _best_round(evaluations: Sequence[Evaluated], metric: str) -> BestRound:
    measured = [(value, one.round) for one in evaluations if _is(value := one.metrics.get(metric))]
    if not measured:
        return BestRound()
    sign = 1.0 if direction_of(metric) == "min" else -1.0
    value, number = min(measured, key=lambda pair: (sign * float(pair[0] or 0.0), pair[1]))
    return BestRound(value=value, round=number)


def _is(value: Any) -> bool:
    return value is not None and bool(np.isfinite(value))
