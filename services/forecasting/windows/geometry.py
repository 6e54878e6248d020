"""Where the points of a window lie, and which reference times there are: contract 3.2 and 3.3.

Instants are int64 microseconds since 1970 in UTC. A point that falls between two microseconds is
taken to the nearer one; the last point of a window is always exactly its end.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from services.forecasting.windows.errors import InvalidSteps
from services.forecasting.windows.plan import Number, Steps, exact

MINUTE_US, HOUR_US = 60_000_000, 3_600_000_000
MAX_REFERENCE_TIMES = 20_000_000
Instants = NDArray[np.int64]
Offset = Fraction | Literal["var"]


@dataclass(frozen=True, kw_only=True)
class ReferenceGrid:
    """The reference times ``start + i * step`` for i below ``count``, in microseconds."""

    start: int
    step: int
    count: int

    @property
    def times(self) -> Instants:
        """Return all reference times, shape (count,)."""
        return self.start + self.step * np.arange(self.count, dtype=np.int64)


def spacing_minutes(start: Number, end: Number, steps: int) -> Fraction | None:
    """Return δ_w = (end - start) · 60 / (N - 1) in minutes; None for a single point."""
    return None if steps == 1 else (exact(end) - exact(start)) * 60 / (steps - 1)


def point_offsets(start: Number, end: Number, steps: int) -> Instants:
    """Return where the N points lie relative to the reference time, shape (N,), microseconds."""
    first = exact(start) * HOUR_US
    spacing = (spacing_minutes(start, end, steps) or Fraction(0)) * MINUTE_US
    return np.array([round(first + k * spacing) for k in range(steps)], dtype=np.int64)


def point_reach(
    start: Number, end: Number, steps: int, step_minutes: Number
) -> tuple[Instants, Instants]:
    """Return the first and the last microsecond within half a spacing of each point, shape (N,).

    Both ends are inclusive, so a row on the border counts for both neighbours. A single point
    reaches half of the session's step width.
    """
    spacing = spacing_minutes(start, end, steps)
    width = (exact(step_minutes) if spacing is None else spacing) * MINUTE_US
    first = exact(start) * HOUR_US
    centres = [first + k * width for k in range(steps)]
    lower = [math.ceil(centre - width / 2) for centre in centres]
    upper = [math.floor(centre + width / 2) for centre in centres]
    return np.array(lower, dtype=np.int64), np.array(upper, dtype=np.int64)


def contract_window_offset(
    start: Number, end: Number, steps: int, offset_minutes: Number
) -> Offset:
    """Return the contract's window offset: OFST - 60 · frac(start) + 60, reduced below δ_w.

    ``"var"`` where 60/δ_w is no whole number. It is what the points have only for horizons that
    start on whole or half hours; ``window_offset`` is right for all.
    """
    spacing = spacing_minutes(start, end, steps)
    if not spacing or (60 / spacing).denominator != 1:
        return "var"
    first = exact(start)
    return (exact(offset_minutes) - 60 * (first - math.floor(first)) + 60) % spacing


def window_offset(start: Number, end: Number, steps: int, offset_minutes: Number) -> Offset:
    """Return the minutes past the hour, modulo δ_w, on which the points lie; or ``"var"``."""
    spacing = spacing_minutes(start, end, steps)
    if not spacing or (60 / spacing).denominator != 1:
        return "var"
    return (exact(offset_minutes) + 60 * exact(start)) % spacing


def reference_grid(steps: Steps, ranges: Sequence[tuple[int, int]]) -> ReferenceGrid:
    """Return the reference times of a session over the first and last instants of its inputs.

    They count from one hour before the full hour of the earliest first instant, plus the offset,
    and run from the earliest first instant to the earliest last one. Raises InvalidSteps for a
    step width that makes more than MAX_REFERENCE_TIMES.
    """
    begin, end = min(first for first, _ in ranges), min(last for _, last in ranges)
    step = int(exact(steps.step_minutes) * MINUTE_US)
    origin = begin // HOUR_US * HOUR_US - HOUR_US + int(exact(steps.offset_minutes) * MINUTE_US)
    start = origin + max(0, -((origin - begin) // step)) * step
    count = max(0, (end - start) // step + 1)
    if count > MAX_REFERENCE_TIMES:
        right = f"wide enough for at most {MAX_REFERENCE_TIMES:,} reference times, not {count:,}"
        raise InvalidSteps("step_minutes", float(exact(steps.step_minutes)), right)
    return ReferenceGrid(start=start, step=step, count=count)
