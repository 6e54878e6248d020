"""Collecting a curve point by point, in as little memory as its numbers need.

The rule is that of the points that programs send: a point is (curve, step), and of one step the
last value counts. How many values that costs is counted, so that an import can say it.
"""

from array import array
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from services.tracking.domain.columns import Columns

MAX_CURVES = 10_000  # of one run
_NAMED = 5  # curves that a sentence names


@dataclass(frozen=True, kw_only=True)
class ImportedCurve:
    """A curve in ascending order of its steps, and what was done to it.

    ``replaced`` counts values that a later one of the same step replaced. ``numbered`` counts
    points that came without a step and were numbered in their order.
    """

    columns: Columns
    replaced: int = 0
    numbered: int = 0


class Points:
    """A curve that grows."""

    def __init__(self) -> None:
        self._steps = array("q")
        self._values = array("d")
        self._times = array("d")

    def __len__(self) -> int:
        return len(self._steps)

    def add(self, step: int, value: float, at: float) -> None:
        """Add a point; ``at`` is in unix seconds, 0 where nobody noted it."""
        self._steps.append(step)
        self._values.append(value)
        self._times.append(at)

    def rewind(self, step: int) -> int:
        """Remove the points from ``step`` on and return how many there were."""
        kept = np.array(self._steps, dtype=np.int64) < step
        removed = len(kept) - int(kept.sum())
        if removed:
            self._steps = array("q", np.array(self._steps, dtype=np.int64)[kept].tolist())
            self._values = array("d", np.array(self._values)[kept].tolist())
            self._times = array("d", np.array(self._times)[kept].tolist())
        return removed

    def curve(self) -> ImportedCurve:
        """Return the points in ascending order.

        Several points that are all at step 0 came without a step: they are numbered from 0.
        """
        steps = np.array(self._steps, dtype=np.int64)
        numbered = len(steps) if len(steps) > 1 and not steps.any() else 0
        if numbered:
            steps = np.arange(len(steps), dtype=np.int64)
        values, times = np.array(self._values), np.array(self._times)
        columns = Columns.joined([Columns(steps=steps, values=values, times=times)])
        return ImportedCurve(columns=columns, replaced=len(steps) - len(columns), numbered=numbered)


def notes_of(curves: Mapping[str, ImportedCurve]) -> list[str]:
    """Return a sentence each on replaced values and on numbered points, with counts."""
    replaced = {name: curve.replaced for name, curve in curves.items() if curve.replaced}
    numbered = {name: curve.numbered for name, curve in curves.items() if curve.numbered}
    notes = []
    if replaced:
        notes.append(
            f"several values of one step: the last of each step is kept, "
            f"{_counted(replaced, 'value')} left out"
        )
    if numbered:
        notes.append(
            f"points without a step are numbered from 0 in their order: "
            f"{_counted(numbered, 'point')}"
        )
    return notes


def _counted(counts: Mapping[str, int], what: str) -> str:
    """Return "27 values (loss 20, acc 7)"."""
    total = sum(counts.values())
    named = ", ".join(f"{name[:60]} {count:,}" for name, count in list(counts.items())[:_NAMED])
    more = f" and {len(counts) - _NAMED} more curves" if len(counts) > _NAMED else ""
    return f"{total:,} {what}{'' if total == 1 else 's'} ({named}{more})"
