"""What the readers of evaluation logs have in common: figures, rows of samples, and counts."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Statistic = Literal["mean", "stderr", "std", "var"]
ScoreKey = tuple[str, ...]  # which scores of the samples a figure summarises


class EvaluationError(ValueError):
    """The file is no such log; the message says why, for people."""


@dataclass(frozen=True, kw_only=True)
class EvaluationFigure:
    """A metric as the file has it; ``value`` is None where it has no finite number.

    ``statistic`` of the scores under ``scores`` is what it should be, None where that is unknown.
    ``is_own`` is False for those of a subtask. ``goal`` is "min" or "max" if the file says so.
    """

    name: str
    value: float | None
    scores: ScoreKey = ()
    statistic: Statistic | None = None
    reducer: str = "mean"
    num_samples: int | None = None
    goal: str | None = None
    is_own: bool = True


@dataclass(frozen=True, kw_only=True)
class SampleRow:
    """One score of one sample, as a row of the table; ``value`` is its number if it is one."""

    task: str
    sample: str
    epoch: int = 1
    filter: str | None = None
    score: str | None = None
    value: float | None = None
    raw_value: str | None = None
    input: str | None = None
    target: str | None = None
    answer: str | None = None
    explanation: str | None = None
    metadata: str | None = None
    error: str | None = None
    tokens: int | None = None
    seconds: float | None = None


@dataclass(kw_only=True)
class SampleScores:
    """The scores of the samples as numbers, and what was met besides them.

    ``values`` maps which scores to sample to the values of its epochs; NaN is an unscored one.
    ``unread`` counts values that are no number, by score; ``left`` what is not kept, by kind.
    """

    values: dict[ScoreKey, dict[str, list[float]]] = field(default_factory=dict)
    unread: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    samples: set[str] = field(default_factory=set)

    def add(self, key: ScoreKey, sample: str, value: float) -> None:
        """Note one value of a score."""
        self.values.setdefault(key, {}).setdefault(sample, []).append(value)


def count_unmapped(given: Mapping[str, Any], mapped: frozenset[str], left: Counter[str]) -> None:
    """Count under its name everything of an object that is not empty and not in ``mapped``."""
    for name, value in given.items():
        if name not in mapped and value is not None and value not in ("", [], {}, False):
            left[name[:60]] += len(value) if isinstance(value, list | dict) else 1


def counted(counts: Mapping[str, int], most: int = 20) -> str:
    """Return "events (120), messages (20)", of many the most frequent ones."""
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    named = ", ".join(f"{name} ({count:,})" for name, count in ordered[:most])
    return named if len(ordered) <= most else f"{named}, {len(ordered) - most} more kinds"
