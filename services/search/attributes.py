"""The attributes of a run as SQL."""

from typing import Any

from sqlalchemy import ColumnElement, case

from app.models.run import Run


def attribute(name: str) -> ColumnElement[Any]:
    """Return the attribute ``name`` of the table of runs."""
    if name == "duration":
        return Run.duration_seconds.expression  # running time; null until the run has ended
    if name == "seed":  # the column has no reported seed for runs trained on another host
        return case((Run.origin == "trained", Run.seed))
    column: ColumnElement[Any] = getattr(Run, name).expression
    return column
