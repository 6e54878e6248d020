"""The value of a series at many instants at once: contract 3.4 with its decisions Q3-Q5 and Q13.

Every function takes rows and instants as arrays and searches them with ``searchsorted``; none
loops over instants. What cannot be filled has NaN and its reason.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from services.forecasting.windows.reasons import DropReason, Reasons
from services.forecasting.windows.series import Floats, Integers

Mask = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class SortedRows:
    """Rows sorted by time, and which row of the raw series each of them is: shape (n,) each."""

    times: Integers
    values: Floats
    raw: Integers

    @cached_property
    def numeric(self) -> "SortedRows":
        """Return the rows that hold a number."""
        keep = ~np.isnan(self.values)
        if keep.all():
            return self
        return SortedRows(times=self.times[keep], values=self.values[keep], raw=self.raw[keep])

    @cached_property
    def even_step(self) -> int | None:
        """Return the step of rows that are all equally far apart, else None."""
        steps = np.diff(self.times)
        return int(steps[0]) if len(steps) and (steps == steps[0]).all() else None

    def up_to(self, at: Integers) -> Integers:
        """Return how many rows are at or before each instant; divided, not searched, if even."""
        if self.even_step is None:
            return np.searchsorted(self.times, at, side="right")
        whole = (at - self.times[0]) // self.even_step + 1
        return np.asarray(np.clip(whole, 0, len(self.times)))

    def before(self, at: Integers) -> Integers:
        """Return how many rows are before each instant."""
        return self.up_to(at - 1)


@dataclass(frozen=True, kw_only=True, eq=False)
class Resampled:
    """The answer for m instants, each array of shape (m,).

    ``values`` are NaN where there is a reason. An instant used the rows ``raw[first:last]``.
    """

    values: Floats
    reasons: Reasons
    first: Integers
    last: Integers
    raw: Integers

    @classmethod
    def of(
        cls, rows: SortedRows, values: Floats, reasons: Reasons, first: Integers, last: Integers
    ) -> "Resampled":
        """Return an answer in which what has a reason has no value and used no row."""
        ok = reasons == DropReason.NONE
        values = np.where(ok, values, np.nan)
        last = np.where(ok, last, first)
        return cls(values=values, reasons=reasons, first=first, last=last, raw=rows.raw)


def linear(rows: SortedRows, at: Integers, max_gap: int | None = None) -> Resampled:
    """Return v_p + (t - t_p)/(t_q - t_p) · (v_q - v_p) between the neighbours p ≤ t ≤ q.

    An empty cell beside t drops it; an absent row is bridged up to ``max_gap`` µs, inclusive.
    """
    p, q = _neighbours(rows, at)
    before, after = p < 0, q >= len(rows.times)
    p_in, q_in = np.maximum(p, 0), np.minimum(q, len(rows.times) - 1)
    width = rows.times[q_in] - rows.times[p_in]
    share = (at - rows.times[p_in]) / np.maximum(width, 1)
    low, high = rows.values[p_in], rows.values[q_in]
    with np.errstate(over="ignore", invalid="ignore"):  # what overflows is no number: below
        values = low + share * (high - low)
    gap = width > max_gap if max_gap is not None else np.zeros(len(at), dtype=bool)
    reasons = _first_reason(
        (before, DropReason.BEFORE_FIRST),
        (after, DropReason.AFTER_LAST),
        (~np.isfinite(values), DropReason.NOT_NUMERIC),
        (gap, DropReason.GAP_TOO_LONG),
    )
    return Resampled.of(rows, values, reasons, p_in, q_in + 1)


def mean(
    rows: SortedRows, at: Integers, lower: Integers, upper: Integers, max_gap: int | None = None
) -> Resampled:
    """Return the mean of the numbers from ``lower`` to ``upper``, both inclusive, around ``at``."""
    numbers = rows.numeric
    first = numbers.before(lower)
    last = numbers.up_to(upper)
    reasons = _first_reason(
        (first >= last, DropReason.NOTHING_NEAR),
        (_in_gap(rows, at, max_gap), DropReason.GAP_TOO_LONG),
    )
    return Resampled.of(numbers, _means(numbers.values, first, last), reasons, first, last)


def nearest(
    rows: SortedRows, at: Integers, lower: Integers, upper: Integers, max_gap: int | None = None
) -> Resampled:
    """Return the number nearest to ``at`` from ``lower`` to ``upper``; of two equal the earlier."""
    numbers = rows.numeric
    if not len(numbers.times):
        return _nothing(numbers, at, DropReason.NOTHING_NEAR)
    q = numbers.before(at)
    p_in, q_in = np.maximum(q - 1, 0), np.minimum(q, len(numbers.times) - 1)
    later = np.abs(numbers.times[q_in] - at) < np.abs(at - numbers.times[p_in])
    chosen = np.where(later, q_in, p_in)
    far = (numbers.times[chosen] < lower) | (numbers.times[chosen] > upper)
    reasons = _first_reason(
        (far, DropReason.NOTHING_NEAR),
        (_in_gap(rows, at, max_gap), DropReason.GAP_TOO_LONG),
    )
    return Resampled.of(numbers, numbers.values[chosen], reasons, chosen, chosen + 1)


def average(
    rows: SortedRows, start: Integers, end: Integers, max_gap: int | None = None
) -> Resampled:
    """Return the mean of the numbers in the closed windows from ``start`` to ``end``.

    The whole window must lie within the series; empty cells are skipped.
    """
    numbers = rows.numeric
    first = numbers.before(start)
    last = numbers.up_to(end)
    outside = (start < rows.times[0]) | (end > rows.times[-1])
    gap = np.zeros(len(start), dtype=bool)
    if max_gap is not None:
        long = np.concatenate([[0], np.cumsum(np.diff(rows.times) > max_gap)])
        from_row = rows.up_to(start) - 1
        to_row = rows.before(end)
        top = len(rows.times) - 1
        gap = long[np.minimum(to_row, top)] > long[np.maximum(from_row, 0)]
    reasons = _first_reason(
        (outside, DropReason.NOT_INSIDE),
        (first >= last, DropReason.NOTHING_IN_WINDOW),
        (gap, DropReason.GAP_TOO_LONG),
    )
    return Resampled.of(numbers, _means(numbers.values, first, last), reasons, first, last)


def latest(rows: SortedRows, at: Integers, max_gap: int | None = None) -> Resampled:
    """Return the last number at or before each instant, at most ``max_gap`` µs old."""
    numbers = rows.numeric
    if not len(numbers.times):
        return _nothing(numbers, at, DropReason.BEFORE_FIRST)
    chosen = numbers.up_to(at) - 1
    inside = np.maximum(chosen, 0)
    old = np.zeros(len(at), dtype=bool)
    if max_gap is not None:
        old = at - numbers.times[inside] > max_gap
    reasons = _first_reason((chosen < 0, DropReason.BEFORE_FIRST), (old, DropReason.GAP_TOO_LONG))
    return Resampled.of(numbers, numbers.values[inside], reasons, inside, inside + 1)


def _neighbours(rows: SortedRows, at: Integers) -> tuple[Integers, Integers]:
    """Return the last row at or before each instant and the first at or after it."""
    p = rows.up_to(at) - 1
    exact = (p >= 0) & (rows.times[np.maximum(p, 0)] == at)
    return p, np.where(exact, p, p + 1)


def _in_gap(rows: SortedRows, at: Integers, max_gap: int | None) -> Mask:
    """Return whether an instant lies between two neighbouring rows further apart than allowed."""
    if max_gap is None:
        return np.zeros(len(at), dtype=bool)
    p, q = _neighbours(rows, at)
    p_in, q_in = np.maximum(p, 0), np.minimum(q, len(rows.times) - 1)
    return np.asarray(rows.times[q_in] - rows.times[p_in] > max_gap)


def _means(values: Floats, first: Integers, last: Integers) -> Floats:
    """Return the mean of ``values[first:last]`` each, summed by itself and not from a prefix sum.

    A prefix sum would carry one huge value into every later window.
    """
    if not len(first):
        return np.zeros(0)
    ends = np.stack([first, np.maximum(last, first)], axis=1).ravel()
    with np.errstate(over="ignore", invalid="ignore"):
        sums = np.add.reduceat(np.append(values, 0.0), ends)[::2]
    return np.asarray(sums / np.maximum(last - first, 1))


def _first_reason(*checks: tuple[Mask, DropReason]) -> Reasons:
    reasons = np.zeros(len(checks[0][0]), dtype=np.uint8)
    for failed, reason in reversed(checks):
        reasons[failed] = reason
    return reasons


def _nothing(rows: SortedRows, at: Integers, reason: DropReason) -> Resampled:
    none = np.zeros(len(at), dtype=np.int64)
    reasons = np.full(len(at), reason, dtype=np.uint8)
    return Resampled.of(rows, np.full(len(at), np.nan), reasons, none, none)
