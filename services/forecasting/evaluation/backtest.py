"""Rolling-origin backtest: where each fold is cut, and what its metrics say together.

Tashman, "Out-of-sample tests of forecasting accuracy: an analysis and review", International
Journal of Forecasting 16 (2000). Samples are in the order of their reference times; every fold
trains on what lies before its cut-off, and the test blocks follow each other up to the end.
"""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.errors import Invalid

MAX_FOLDS = 100


class TooFewForBacktest(Invalid):
    """The samples are too few for so many folds of this size."""

    code = "too_few_samples"


@dataclass(frozen=True, kw_only=True)
class Fold:
    """Positions of samples, each range before the next and apart from it by the gap."""

    train: range
    validation: range
    test: range


@dataclass(frozen=True, kw_only=True)
class MetricSpread:
    """A metric over the ``n`` folds in which it is defined.

    ``deviation`` is the standard deviation between folds (n - 1), None of fewer than two. Folds
    share training rows, so it is how much results vary and no error of the mean.
    """

    n: int
    mean: float
    deviation: float | None
    low: float
    high: float


def rolling_origins(
    n: int,
    folds: int,
    *,
    test: int | None = None,
    validation: int = 0,
    gap: int = 0,
    max_train: int | None = None,
) -> list[Fold]:
    """Return the folds of n samples, the earliest first.

    ``test`` is the size of each test block, n // (folds + 1) if None; ``gap`` samples are left
    out between blocks, so that windows share no rows; ``validation`` samples before the test
    block are for early stopping and intervals. Training starts at the first sample and grows, or
    slides with at most ``max_train`` samples. Invalid, naming the field, of numbers out of range;
    TooFewForBacktest where the first fold would have nothing to train on.
    """
    _check(folds=folds, test=test, validation=validation, gap=gap, max_train=max_train)
    size = n // (folds + 1) if test is None else test
    before = validation + gap if validation else 0
    needed = folds * max(size, 1) + gap + before + 1
    if size < 1 or n < needed:
        samples = "1 sample is" if n == 1 else f"{n} samples are"
        raise TooFewForBacktest(
            f"{samples} too few for {folds} folds of {max(size, 1)} test samples with a gap "
            f"of {gap} and {validation} validation samples: it takes {needed} or more. Take fewer "
            "folds, smaller blocks or more data.",
            errors={"folds": [f"{folds} folds take {needed} samples, there are {n}."]},
        )
    return [_fold(n - (folds - at) * size, size, validation, gap, max_train) for at in range(folds)]


def summarise(rows: Sequence[Mapping[str, float | None]]) -> dict[str, MetricSpread | None]:
    """Return each metric over the folds' rows; None where it is defined in no fold."""
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: _spread([row.get(name) for row in rows]) for name in names}


def _fold(start: int, size: int, validation: int, gap: int, max_train: int | None) -> Fold:
    end = start - gap
    held = range(end - validation, end)
    if validation:
        end = held.start - gap
    first = 0 if max_train is None else max(0, end - max_train)
    return Fold(train=range(first, end), validation=held, test=range(start, start + size))


def _spread(values: Sequence[float | None]) -> MetricSpread | None:
    known = [value for value in values if value is not None and math.isfinite(value)]
    if not known:
        return None
    return MetricSpread(
        n=len(known),
        mean=statistics.fmean(known),
        deviation=statistics.stdev(known) if len(known) > 1 else None,
        low=min(known),
        high=max(known),
    )


def _check(**fields: int | None) -> None:
    least = {"folds": 1, "test": 1, "validation": 0, "gap": 0, "max_train": 1}
    for name, value in fields.items():
        if value is None:
            continue
        most = MAX_FOLDS if name == "folds" else None
        if value < least[name] or (most is not None and value > most):
            ends = f"from {least[name]} to {most}" if most else f"of {least[name]} or more"
            message = f"{name} is {value}: expected a number {ends}."
            raise Invalid(message, errors={name: [message]})
