"""Points of a series as columns: merging and summing up; ``pyramid`` thins them out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

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

    def __len__(self) -> int:
        return len(self.steps)

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Return the points of all parts in ascending order; of one step the last part wins."""
        if len(parts) == 1 and _ascending(parts[0].steps):
            return parts[0]
        combined = cls(
            steps=np.concatenate([part.steps for part in parts]),
            values=np.concatenate([part.values for part in parts]),
            times=np.concatenate([part.times for part in parts]),
        )
        return combined if _ascending(combined.steps) else combined.at(last_places(combined.steps))

    def at(self, places: Any) -> Self:
        """Return the points at these places: a slice, a mask or indices."""
        return type(self)(
            steps=self.steps[places], values=self.values[places], times=self.times[places]
        )

    def between(self, first: int | None, last: int | None) -> Self:
        """Return the points from step ``first`` to step ``last``, both included."""
        begin = 0 if first is None else int(np.searchsorted(self.steps, first))
        end = len(self) if last is None else int(np.searchsorted(self.steps, last, side="right"))
        return self if (begin, end) == (0, len(self)) else self.at(slice(begin, end))

    def value_at(self, step: int) -> float | None:
        """Return the finite value of ``step``, None where there is none."""
        place = int(np.searchsorted(self.steps, step))
        if place == len(self.steps) or self.steps[place] != step:
            return None
        value = float(self.values[place])
        return value if np.isfinite(value) else None


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What lists, filters and sorts need of a series. Extremes ignore what is not finite.

    ``last`` is the value that was measured last, at ``last_time``; of several at that time the
    one at the highest step. A program that goes on from an earlier step has its last value below
    ``top_step``, the highest step of all.
    """

    count: int
    last: float | None
    last_step: int
    last_time: float | None
    top_step: int
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
    newest = _newest_place(columns.times)
    return Summary(
        count=len(columns.steps),
        last=float(columns.values[newest]) if finite[newest] else None,
        last_step=int(columns.steps[newest]),
        last_time=float(columns.times[newest]),
        top_step=int(columns.steps[-1]),
        min=None if lowest is None else float(values[lowest]),
        min_step=None if lowest is None else int(steps[lowest]),
        max=None if highest is None else float(values[highest]),
        max_step=None if highest is None else int(steps[highest]),
    )


def _newest_place(times: Floats) -> int:
    """Return the place of the latest time, of several the last one."""
    return len(times) - 1 - int(np.argmax(times[::-1]))


def is_newer(fresh: Summary, known: Summary) -> bool:
    """Return whether the last point of ``fresh`` was measured after that of ``known``.

    Summaries that were written before times were kept have none: what comes is newer.
    """
    if known.last_time is None or fresh.last_time is None:
        return True
    return (fresh.last_time, fresh.last_step) >= (known.last_time, known.last_step)


def merged(known: Summary, fresh: Summary) -> Summary:
    """Return the summary of both sets of points, which have no step in common.

    Of equal extremes the one at the lower step counts.
    """
    later = fresh if is_newer(fresh, known) else known
    low, low_step = _extreme(known.min, known.min_step, fresh.min, fresh.min_step, sign=1.0)
    high, high_step = _extreme(known.max, known.max_step, fresh.max, fresh.max_step, sign=-1.0)
    return Summary(
        count=known.count + fresh.count,
        last=later.last,
        last_step=later.last_step,
        last_time=later.last_time,
        top_step=max(known.top_step, fresh.top_step),
        min=low,
        min_step=low_step,
        max=high,
        max_step=high_step,
    )


def _extreme(
    known: float | None,
    known_step: int | None,
    fresh: float | None,
    fresh_step: int | None,
    *,
    sign: float,
) -> tuple[float | None, int | None]:
    if known is None or known_step is None:
        return fresh, fresh_step
    if fresh is None or fresh_step is None:
        return known, known_step
    if (sign * fresh, fresh_step) < (sign * known, known_step):
        return fresh, fresh_step
    return known, known_step


def last_places(steps: Steps) -> Steps:
    """Return where each step stands for the last time, in ascending order of steps."""
    _, places = np.unique(steps[::-1], return_index=True)
    return np.asarray(len(steps) - 1 - places, dtype=np.int64)


def _ascending(steps: Steps) -> bool:
    return bool(np.all(steps[1:] > steps[:-1]))
