"""What a measurement says, and how figures are shown."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured value; ``target`` is a sentence and ``is_met`` None where there is no target."""

    name: str
    value: float
    unit: str
    target: str = ""
    is_met: bool | None = None
    note: str = ""

    def plain(self) -> dict[str, Any]:
        """Return the figure as JSON takes it."""
        return {**self.__dict__, "value": round(self.value, 4)}


def at_most(name: str, value: float, limit: float, unit: str, note: str = "") -> Figure:
    """Return a figure that should not be above ``limit``."""
    target = f"≤ {limit:g}"
    return Figure(
        name=name, value=value, unit=unit, target=target, is_met=value <= limit, note=note
    )


def at_least(name: str, value: float, limit: float, unit: str, note: str = "") -> Figure:
    """Return a figure that should not be below ``limit``."""
    target = f"≥ {limit:g}"
    return Figure(
        name=name, value=value, unit=unit, target=target, is_met=value >= limit, note=note
    )


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the value below which ``percent`` of the values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def median(values: Sequence[float]) -> float:
    return float(statistics.median(values))


def show(title: str, figures: Sequence[Figure]) -> None:
    """Print figures as a table."""
    table = Table("What", "Figure", "Target", "", "Note", title=title, title_justify="left")
    for figure in figures:
        mark = {None: "", True: "[green]met[/]", False: "[red]missed[/]"}[figure.is_met]
        value = f"{figure.value:.3g} {figure.unit}".strip()
        table.add_row(figure.name, value, figure.target, mark, figure.note)
    Console().print(table)
