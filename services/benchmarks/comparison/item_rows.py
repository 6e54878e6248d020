"""The settled items of a run as one table, with the numbers of wordings and cues in common."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, case, literal, null, select, union_all

from app.models.benchmark import BenchmarkAnswer, BenchmarkFailure, BenchmarkRun
from services.benchmarks.comparison.shared_runs import SharedRuns, factor_numbers
from services.benchmarks.items.list import OF_KEY

FACTORS = {"wording": "wordings", "cue": "cues"}


@dataclass(frozen=True)
class Settled:
    """Answers and failures of a run: ``places`` are what an item is known by in both runs."""

    table: FromClause
    columns: Mapping[str, ColumnElement[Any]]
    places: Mapping[str, ColumnElement[Any]]


def settled_items(run: BenchmarkRun, alias: str, shared: SharedRuns) -> Settled:
    """Return the items of a run that ended, with a rating or a kind of failure."""
    parts = [
        select(
            *(getattr(table, name) for name in OF_KEY),
            (table.rating if table is BenchmarkAnswer else null()).label("rating"),
            (table.kind if table is BenchmarkFailure else null()).label("kind"),
        ).where(table.run_id == run.id)
        for table in (BenchmarkAnswer, BenchmarkFailure)
    ]
    table = union_all(*parts).subquery(alias)
    columns = {column.name: column for column in table.c}
    places: dict[str, ColumnElement[Any]] = {name: columns[name] for name in OF_KEY}
    for name, listed in FACTORS.items():
        places[name] = _in_common(columns[name], factor_numbers(shared.runs.values(), run, listed))
    return Settled(table, columns, places)


def of_key(settled: Settled) -> list[ColumnElement[Any]]:
    """Return the columns of the run's own key."""
    return [settled.columns[name].label(None) for name in OF_KEY]


def _in_common(column: ColumnElement[Any], numbers: list[int]) -> ColumnElement[Any]:
    """Return the number of a wording or cue in common; the column itself where it is the same."""
    if numbers == list(range(len(numbers))):
        return column
    return case({place: literal(number) for place, number in enumerate(numbers)}, value=column)
