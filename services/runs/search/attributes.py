"""The attributes of a run as SQL."""

from typing import Any

from sqlalchemy import ColumnElement

from app.db.elapsed import elapsed_seconds
from app.models.run import Run


def attribute(name: str) -> ColumnElement[Any]:
    """Return the attribute ``name`` of the table of runs."""
    if name == "duration":
        return elapsed_seconds(Run.start_time, Run.end_time)
    column: ColumnElement[Any] = getattr(Run, name).expression
    return column
