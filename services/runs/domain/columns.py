"""Points of a series as columns: merging, summing up and thinning out without losing a spike."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Steps = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Points in parallel arrays, each of shape (n,); ``times`` are unix seconds."""

    steps: Steps
    values: Floats
    times: Floats

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Return the points of all parts in ascending order; of one step the last part wins."""
        steps = np.concatenate([part.steps for part in parts])
        kept, places = np.unique(steps[::-1], return_index=True)
        places = len(steps) - 1 - places
        values = np.concatenate([part.values for part in parts])[places]
        times = np.concatenate([part.times for part in parts])[places]
        return cls(steps=kept, values=values, times=times)

    def value_at(self, step: int) -> float | None:
        """Return the finite value of ``step``, None where there is none."""
        place = int(np.searchsorted(self.steps, step))
        if place == len(self.steps) or self.steps[place] != step:
            return None
        value = float(self.values[place])
        return value if np.isfinite(value) else None


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What lists, filters and sorts need of a series. Extremes ignore what is not finite."""

    count: int
    last: float | None
    last_step: int
    min: float | None
    min_step: int | None
    max: float | None
    max_step: int | None


def summarise(columns: Columns) -> Summary:
    """Return the summary of at least one point, in ascending order of steps."""
    finite = np.isfinite(columns.values)
    steps, values = columns.steps[finite], columns.values[finite]
    lowest = int(np.argmin(values)) if len(values) else None
    highest = int(np.argmax(values)) if len(values) else None
    return Summary(
        count=len(columns.steps),
        last=float(columns.values[-1]) if finite[-1] else None,
        last_step=int(columns.steps[-1]),
        min=None if lowest is None else float(values[lowest]),
        min_step=None if lowest is None else int(steps[lowest]),
        max=None if highest is None else float(values[highest]),
        max_step=None if highest is None else int(steps[highest]),
    )


def followed_by(earlier: Summary, later: Summary) -> Summary:
    """Return the summary of a series whose later points all have higher steps.

    Of equal extremes the earlier one counts.
    """
    lower = _beats(later.min, earlier.min, sign=-1.0)
    higher = _beats(later.max, earlier.max, sign=1.0)
    return Summary(
        count=earlier.count + later.count,
        last=later.last,
        last_step=later.last_step,
        min=later.min if lower else earlier.min,
        min_step=later.min_step if lower else earlier.min_step,
        max=later.max if higher else earlier.max,
        max_step=later.max_step if higher else earlier.max_step,
    )


def _beats(later: float | None, earlier: float | None, *, sign: float) -> bool:
    if later is None or earlier is None:
        return later is not None
    return sign * later > sign * earlier


@dataclass(frozen=True, kw_only=True)
class Thinned:
    """A series with at most as many points as asked for: each stands for a bucket of points.

    ``values`` holds each bucket's last finite value, ``low`` and ``high`` its extremes; NaN
    where a bucket has no finite value at all.
    """

    columns: Columns
    low: Floats
    high: Floats


def thin(columns: Columns, most: int) -> Thinned:
    """Return ``columns`` in ``most`` buckets of nearly equal size; there must be more points."""
    count = len(columns.steps)
    starts = (np.arange(most, dtype=np.int64) * count) // most
    ends = np.append(starts[1:], count) - 1
    finite = np.where(np.isfinite(columns.values), columns.values, np.nan)
    return Thinned(
        columns=Columns(
            steps=columns.steps[ends],
            values=_last_finite(finite, starts, ends),
            times=columns.times[ends],
        ),
        low=np.fmin.reduceat(finite, starts),
        high=np.fmax.reduceat(finite, starts),
    )


def _last_finite(finite: Floats, starts: Steps, ends: Steps) -> Floats:
    places = np.where(np.isnan(finite), -1, np.arange(len(finite)))
    newest = np.maximum.accumulate(places)[ends]
    return np.where(newest >= starts, finite[np.maximum(newest, 0)], np.nan)
