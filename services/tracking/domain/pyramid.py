"""A min/max/last pyramid over the points of a series: any zoom from little, no spike lost.

A *piece* stands for some neighbouring points: its last step and time, its last finite value and
its extremes; NaN where none of its values is finite. Pieces of pieces are pieces again, so a
level of the pyramid and the points themselves are thinned by the same function.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from services.tracking.domain.columns import Columns, Floats, Steps

SCALES = (4096, 256, 16)  # points per piece of a stored level, the coarsest first
PLENTY = 2  # a level must have so many pieces for each one that is requested


@dataclass(frozen=True, kw_only=True)
class Pieces:
    """Neighbouring pieces in parallel arrays, each of shape (n,); ``counts`` are points."""

    steps: Steps
    times: Floats
    values: Floats
    low: Floats
    high: Floats
    counts: Steps

    def __len__(self) -> int:
        return len(self.steps)

    @property
    def points(self) -> int:
        """How many points the pieces stand for."""
        return int(self.counts.sum())

    @classmethod
    def of(cls, columns: Columns) -> Self:
        """Return a piece per point."""
        finite = np.where(np.isfinite(columns.values), columns.values, np.nan)
        return cls(
            steps=columns.steps,
            times=columns.times,
            values=finite,
            low=finite,
            high=finite,
            counts=np.ones(len(columns), dtype=np.int64),
        )

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Return the pieces of all parts, which follow each other."""
        if len(parts) == 1:
            return parts[0]
        return cls(
            steps=np.concatenate([part.steps for part in parts]),
            times=np.concatenate([part.times for part in parts]),
            values=np.concatenate([part.values for part in parts]),
            low=np.concatenate([part.low for part in parts]),
            high=np.concatenate([part.high for part in parts]),
            counts=np.concatenate([part.counts for part in parts]),
        )

    def encoded(self) -> bytes:
        """Return the pieces as bytes; their counts follow from the scale of the level."""
        floats = (self.times, self.values, self.low, self.high)
        return b"".join([_bytes(self.steps, "<i8"), *(_bytes(column, "<f8") for column in floats)])

    @classmethod
    def decoded(cls, stored: bytes, scale: int, points: int) -> Self:
        """Return the pieces that a level of ``scale`` over ``points`` points holds."""
        size = len(stored) // 40  # five columns of eight bytes
        steps = np.frombuffer(stored, "<i8", size)
        times, values, low, high = np.frombuffer(stored, "<f8", 4 * size, 8 * size).reshape(4, -1)
        counts = np.full(size, scale, dtype=np.int64)
        counts[-1] = points - scale * (size - 1)
        return cls(steps=steps, times=times, values=values, low=low, high=high, counts=counts)


def _bytes(column: Steps | Floats, kind: str) -> bytes:
    return column.astype(kind, copy=False).tobytes()


def levels(columns: Columns) -> dict[int, Pieces]:
    """Return the stored level of each scale over at least one point."""
    pieces, made, built = Pieces.of(columns), {}, 1
    for scale in sorted(SCALES):
        pieces = _grouped(pieces, np.arange(0, len(pieces), scale // built))
        made[scale], built = pieces, scale
    return made


def thin(pieces: Pieces, limit: int) -> Pieces:
    """Return at most ``limit`` pieces that stand for about as many points each."""
    if len(pieces) <= limit:
        return pieces
    ends = np.cumsum(pieces.counts)
    goals = (np.arange(limit, dtype=np.int64) * int(ends[-1])) // limit
    starts = np.unique(np.searchsorted(ends, goals, side="right"))
    return _grouped(pieces, starts)


def coarsest(points: int, limit: int) -> int:
    """Return the scale from which ``limit`` pieces over ``points`` points are best read."""
    return next((scale for scale in SCALES if points >= PLENTY * limit * scale), 1)


def _grouped(pieces: Pieces, starts: Steps) -> Pieces:
    ends = np.append(starts[1:], len(pieces)) - 1
    return Pieces(
        steps=pieces.steps[ends],
        times=pieces.times[ends],
        values=_last_finite(pieces.values, starts, ends),
        low=np.fmin.reduceat(pieces.low, starts),
        high=np.fmax.reduceat(pieces.high, starts),
        counts=np.add.reduceat(pieces.counts, starts),
    )


def _last_finite(values: Floats, starts: Steps, ends: Steps) -> Floats:
    last = values[ends]
    holes = np.flatnonzero(np.isnan(last))
    if len(holes):  # rare: look back for the last value inside the group
        places = np.where(np.isnan(values), -1, np.arange(len(values)))
        newest = np.maximum.accumulate(places)[ends[holes]]
        known = newest >= starts[holes]
        last[holes[known]] = values[newest[known]]
    return last
