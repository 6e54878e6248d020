"""Puts the rows of a second reading of the same series under those of the first."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from services.tabular.reading import Times, Values, iso

RULES = ("old", "new")
MAX_EXAMPLES = 20


@dataclass(frozen=True)
class Difference:
    """One cell that both have, with other numbers; ``place`` is that of its series."""

    time: str
    place: int
    old: float
    new: float


@dataclass(frozen=True)
class MergedRows:
    """Sorted distinct times with their values, and what the two had in common.

    ``new`` rows have times that only the second has, ``overlapping`` those that both have;
    ``differing`` of these have a series with two numbers that are not the same, and ``filled`` of
    them one in which only the second has a number.
    """

    times: Times
    values: Values
    new: int
    overlapping: int
    differing: int
    filled: int
    examples: tuple[Difference, ...]


def merge(
    old: tuple[Times, Values],
    new: tuple[Times, Values],
    rule: str = "old",
    called: Times | None = None,
) -> MergedRows:
    """Return the union of two readings with sorted distinct times and the same series.

    Where both have a number the ``rule`` decides, which is "old" or "new"; no number is ever
    replaced by an empty cell. Examples name the time of a row, or what it is ``called``.
    """
    (old_times, old_values), (new_times, new_values) = old, new
    times = np.union1d(old_times, new_times)
    before = _spread(times, old_times, old_values)
    after = _spread(times, new_times, new_values)
    in_both = np.isin(times, old_times, assume_unique=True) & np.isin(
        times, new_times, assume_unique=True
    )
    known, given = ~np.isnan(before), ~np.isnan(after)
    differs = known & given & (before != after)
    fills = in_both[:, None] & ~known & given
    takes = given & (~known if rule == "old" else np.ones_like(known))
    return MergedRows(
        times=times,
        values=np.where(takes, after, before),
        new=len(times) - len(old_times),
        overlapping=int(in_both.sum()),
        differing=int(differs.any(axis=1).sum()),
        filled=int(fills.any(axis=1).sum()),
        examples=_examples(times if called is None else called, before, after, differs),
    )


def merge_issued(
    old: tuple[Times, Values, Times], new: tuple[Times, Values, Times], rule: str = "old"
) -> tuple[MergedRows, Times]:
    """Return the same of stored forecasts, whose rows are pairs of a time and one of issue.

    Each is times, values and issue times; those of the union come second.
    """
    both = [np.stack([times, issued], axis=1) for times, _, issued in (old, new)]
    pairs, place = np.unique(np.concatenate(both), axis=0, return_inverse=True)
    place = place.reshape(-1)
    first, second = place[: len(both[0])], place[len(both[0]) :]
    merged = merge((first, old[1]), (second, new[1]), rule, pairs[:, 0])
    return replace(merged, times=pairs[:, 0]), pairs[:, 1]


def _spread(times: Times, own: Times, values: Values) -> Values:
    spread = np.full((len(times), values.shape[1]), np.nan)
    spread[np.searchsorted(times, own)] = values
    return spread


def _examples(
    times: Times, before: Values, after: Values, differs: NDArray[np.bool_]
) -> tuple[Difference, ...]:
    rows, places = np.nonzero(differs)
    return tuple(
        Difference(
            iso(int(times[row])), int(place), float(before[row, place]), float(after[row, place])
        )
        for row, place in zip(rows[:MAX_EXAMPLES], places[:MAX_EXAMPLES], strict=True)
    )
