"""Sorts rows by time and settles times that come more than once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.tabular.reading import Times, Values


@dataclass(frozen=True)
class Distinct:
    """Sorted distinct times with one row of values each, and what was repeated.

    ``repeated`` and ``conflicting`` are positions in the file of rows whose time was there
    before, and of those of them that have other values.
    """

    times: Times
    values: Values
    repeated: NDArray[np.int64]
    conflicting: NDArray[np.int64]
    times_repeated: int
    times_conflicting: int


def settle(times: Times, values: Values, rule: str | None) -> Distinct:
    """Return the rows by time; of several of one time the first, the last or the mean.

    Two empty cells are the same. Without a rule the first row counts.
    """
    order = np.argsort(times, kind="stable")
    ordered = times[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    sizes = np.diff(np.append(starts, len(ordered)))
    first = np.repeat(order[starts], sizes)
    again = np.ones(len(order), bool)
    again[starts] = False
    later, earlier = order[again], first[again]
    one, other = values[later], values[earlier]
    differs = ~((one == other) | (np.isnan(one) & np.isnan(other))).all(axis=1)
    groups = np.repeat(np.arange(len(starts)), sizes)[again]
    return Distinct(
        ordered[starts],
        _chosen(values, order, starts, sizes, rule),
        np.sort(later),
        np.sort(later[differs]),
        len(np.unique(groups)),
        len(np.unique(groups[differs])),
    )


def _chosen(
    values: Values,
    order: NDArray[np.int64],
    starts: NDArray[np.int64],
    sizes: NDArray[np.int64],
    rule: str | None,
) -> Values:
    if rule == "last":
        lasts: Values = values[order[starts + sizes - 1]]
        return lasts
    if rule != "mean" or (sizes == 1).all():
        firsts: Values = values[order[starts]]
        return firsts
    ordered: Values = values[order]
    numbers = np.where(np.isnan(ordered), 0.0, ordered)
    count = np.add.reduceat(~np.isnan(ordered), starts, axis=0, dtype=np.int64)
    total = np.add.reduceat(numbers, starts, axis=0)
    mean = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    single = (sizes == 1)[:, None]
    settled: Values = np.where(single, ordered[starts], mean)
    return settled


def differences(values: Values, columns: list[int]) -> Values:
    """Return values with columns replaced by the distance to the value before.

    The first is NaN, and so is a fall: after a reset of a meter nobody knows what was used.
    """
    result = np.array(values)
    for column in columns:
        change = np.diff(values[:, column], prepend=np.nan)
        result[:, column] = np.where(change < 0, np.nan, change)
    return result
