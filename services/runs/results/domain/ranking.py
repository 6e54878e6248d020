"""The best runs of many."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

Ranked = TypeVar("Ranked", bound=Any)  # it has run_id, accuracy and recall


def top(runs: Iterable[Ranked], limit: int) -> list[Ranked]:
    """Return at most ``limit`` runs by accuracy, then recall, highest first, then by id.

    A run without an accuracy is left out; an unknown recall comes after every known one.
    """
    return sorted((run for run in runs if run.accuracy is not None), key=_place)[:limit]


def _place(run: Any) -> tuple[float, bool, float, int]:
    return (-run.accuracy, run.recall is None, -(run.recall or 0.0), run.run_id)


def single_best(values: Mapping[int, float], *, lower: bool) -> int | None:
    """Return the run with the best of at least two values; a tie has no winner."""
    if len(values) < 2:
        return None
    best = (min if lower else max)(values.values())
    winners = [run_id for run_id, value in values.items() if value == best]
    return winners[0] if len(winners) == 1 else None
