"""The contents of a report on a run, as plain data: exporters and pages need nothing else."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.runs.results.domain.history import History
from services.runs.results.read import RunResults
from services.tracking.domain.metric_names import is_count

VALIDATION = "validation"
Column = NDArray[np.float64] | NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class ClientLine:
    """One client's part in a round."""

    client: str
    status: str
    num_samples: int
    seconds: float
    metrics: Mapping[str, float | None]
    reason: str | None


@dataclass(frozen=True, kw_only=True)
class RoundLine:
    """One round of a federation."""

    round: int
    seconds: float | None
    metrics: Mapping[str, float | None]
    clients: Sequence[ClientLine]


@dataclass(frozen=True, kw_only=True)
class ResultLine:
    """What the kept model scores in one metric; ``rows`` says what it was measured on."""

    metric: str
    value: float | None
    is_share: bool
    rows: str


@dataclass(frozen=True, kw_only=True)
class RunReport:
    """A run with everything that a report shows of it. ``steps`` is epochs or rounds.

    ``final`` are the figures of the kept model, ``measured_on`` (test, validation, site validation)
    names the rows of every other figure, ``confusion`` is the matrix titled ``confusion_title``.
    ``table`` has a column per metric, ``epoch`` among them, all of shape (n,), NaN where a value
    was not measured. ``about`` and ``environment`` are words to show, in their order.
    """

    id: int
    name: str
    status: str
    training_mode: str
    steps: str
    about: Mapping[str, str]
    environment: Mapping[str, str]
    params: Mapping[str, str]
    tags: Mapping[str, str]
    notes: str
    history: History
    results: RunResults
    table: Mapping[str, Column]
    rounds: Sequence[RoundLine]
    clients: Sequence[str]
    made_at: datetime
    measured_on: str
    confusion_title: str
    confusion: Mapping[str, Any] | None
    final: Sequence[ResultLine] = ()
    test: Mapping[str, float] = field(default_factory=dict)

    def column_title(self, name: str) -> str:
        """Return what a column is called: figures of test rows are never called val_."""
        if self.measured_on == VALIDATION or not name.startswith("val_"):
            return name
        return f"{self.measured_on.replace(' ', '_')}_{name.removeprefix('val_')}"


def in_utc(moment: datetime | None) -> str:
    """Return a time as people read it, a dash for none."""
    return "—" if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def decimals(value: float | None) -> str:
    """Return a measured number with four digits, a dash where it is unknown.

    One short of 1 has as many more as it needs to read as such.
    """
    if value is None:
        return "—"
    if math.isnan(value):
        return "NaN"
    if 0 < abs(value) < 0.001 or abs(value) >= 10_000:
        return f"{value:.4g}"
    texts = (f"{value:.{digits}f}" for digits in range(4, 10))
    short_of_one = abs(value) < 1
    return next(
        (text for text in texts if not short_of_one or abs(float(text)) < 1), f"{value:.4f}"
    )


def per_cent(share: float) -> str:
    """Return a share in per cent; one short of all is not shown as all, nor a little as none."""
    text = f"{100 * share:.1f}"
    if share < 1 and text == "100.0":
        return "> 99.9 %"
    return "< 0.1 %" if share > 0 and text == "0.0" else f"{text} %"


def figure(value: float | None, name: str) -> str:
    """Return the value of a metric of this name: counts are whole numbers."""
    is_integer = value is not None and is_count(name) and float(value).is_integer()
    return str(int(value or 0)) if is_integer else decimals(value)
