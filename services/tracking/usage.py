"""Samples of what a training takes of its machine, as series beside what it measured.

They are series of the host (in the place of a client), whose steps are seconds since the run
began: so no list, comparison, export or result takes them for what the model scored.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import numpy as np
from sqlalchemy.orm import Session

from app.clock import now
from services.tracking.domain.columns import Columns
from services.tracking.metrics.append import SeriesKey, write_columns

SYSTEM = "system/"
SAMPLE_SECONDS = 10.0


class UsageMeter(Protocol):
    """Reads what a training uses now, by the names of series that begin with ``system/``."""

    host: str

    def read(self) -> Mapping[str, float]:
        """Return the values of this moment."""


@dataclass(frozen=True, kw_only=True)
class UsageSample:
    """What was used at a time, on which host; ``second`` counts from the beginning of the run."""

    host: str
    at: datetime
    second: int
    values: Mapping[str, float]


class UsageSampler:
    """Takes a sample every ten seconds, the first after as many: a short run leaves none."""

    def __init__(self, meter: UsageMeter, began: datetime) -> None:
        self._meter = meter
        self._began = began
        self._due = time.monotonic() + SAMPLE_SECONDS
        meter.read()  # from here on the processor's time is counted

    def sample(self) -> UsageSample | None:
        """Return a sample where one is due."""
        if time.monotonic() < self._due:
            return None
        self._due = time.monotonic() + SAMPLE_SECONDS
        at = now()
        second = max(0, int((at - self._began).total_seconds()))
        return UsageSample(host=self._meter.host, at=at, second=second, values=self._meter.read())


def is_system(name: str, client: str) -> bool:
    """Return whether a series says what a training took of its machine."""
    return client != "" and name.startswith(SYSTEM)


def append_samples(session: Session, run_id: int, samples: Sequence[UsageSample]) -> None:
    """Store samples of a run."""
    write_columns(session, {run_id: columns_of_samples(samples)})


def columns_of_samples(samples: Sequence[UsageSample]) -> dict[SeriesKey, Columns]:
    """Return the samples as columns of points, by series."""
    grouped: dict[SeriesKey, list[tuple[int, float, float]]] = {}
    for one in sorted(samples, key=lambda sample: sample.second):
        for name, value in one.values.items():
            point = (one.second, value, one.at.timestamp())
            grouped.setdefault((name, one.host), []).append(point)
    return {key: _columns(points) for key, points in grouped.items()}


def _columns(points: Sequence[tuple[int, float, float]]) -> Columns:
    last = {point[0]: point for point in points}  # of one second the last counts
    steps, values, times = zip(*last.values(), strict=True)
    return Columns(
        steps=np.array(steps, dtype=np.int64),
        values=np.array(values, dtype=np.float64),
        times=np.array(times, dtype=np.float64),
    )
