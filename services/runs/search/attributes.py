"""The attributes of a run as SQL."""

from typing import Any

from sqlalchemy import ColumnElement

from app.models.run import Run
from services.runs.search.elapsed import elapsed_seconds


def attribute(name: str) -> ColumnElement[Any]:
    """Return the attribute ``name`` of the table of runs."""
    if name == "duration":
        return elapsed_seconds(Run.start_time, Run.end_time)
    column: ColumnElement[Any] = getattr(Run, name).expression
    return column
