"""The best runs of many."""

from collections.abc import Iterable
from typing import Any, TypeVar

Ranked = TypeVar("Ranked", bound=Any)  # it has run_id, accuracy and recall


def top(runs: Iterable[Ranked], most: int) -> list[Ranked]:
    """Return at most ``most`` runs by accuracy, then recall, highest first, then by id.

    A run without an accuracy is left out; an unknown recall comes after every known one.
    """
    return sorted((run for run in runs if run.accuracy is not None), key=_place)[:most]


def _place(run: Any) -> tuple[float, bool, float, int]:
    return (-run.accuracy, run.recall is None, -(run.recall or 0.0), run.run_id)
