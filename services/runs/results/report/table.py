"""The history of a run as a table of columns, for files that programs read."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.run import Run
from app.models.series import Series
from services.runs.results.domain.extraction import Extractor
from services.runs.results.domain.history import KEYS, History
from services.runs.results.report.contents import Column
from services.tracking.domain.metric_names import is_count
from services.tracking.metrics import read_columns


def history_table(history: History) -> dict[str, Column]:
    """Return the epochs and every value of a history, the names in alphabetical order."""
    unknown = np.full(len(history), np.nan)
    measured = {key: history.values.get(key, unknown) for key in sorted(KEYS)}
    return {"epoch": history.epochs, **measured}


def full_table(session: Session, run: Run, extractor: Extractor) -> dict[str, Column]:
    """Return every series of the run's own beside its history, by epoch or round.

    A curve of a federation that is called like a column of the server's measures stands in its
    place where that is empty, else under ``curve_`` and its name.
    """
    history = extractor.history()
    known = history_table(history) if len(history) else {"epoch": history.epochs}
    query = select(Series.name).where(
        Series.run_id == run.id, Series.client == "", Series.name.not_in(extractor.series)
    )
    names = list(session.scalars(query))
    curves = read_columns(session, run.id, names)
    others = {_free_name(name, known): one for name, one in curves.items()}
    shown = {name: one.steps + extractor.first_step for name, one in others.items()}
    epochs = np.unique(np.concatenate([known["epoch"], *shown.values()])).astype(np.int64)
    table = {name: _on(epochs, known["epoch"], column) for name, column in known.items()}
    table |= {name: _on(epochs, shown[name], one.values) for name, one in others.items()}
    return {"epoch": epochs} | {name: table[name] for name in sorted(table) if name != "epoch"}


def _free_name(name: str, known: Mapping[str, Column]) -> str:
    taken = name == "epoch" or (name in known and bool(np.isfinite(known[name]).any()))
    return f"curve_{name}" if taken else name


def _on(epochs: Column, steps: Column, values: Column) -> Column:
    column = np.full(len(epochs), np.nan)
    column[np.searchsorted(epochs, steps)] = values
    return np.where(np.isfinite(column), column, np.nan)


def cells(table: Mapping[str, Column]) -> list[list[float | int | None]]:
    """Return the columns as plain numbers, None where a value was not measured."""
    return [_plain(_counted(name, column)) for name, column in table.items()]


def _counted(name: str, column: Column) -> Column | NDArray[np.object_]:
    """Return a column of counts as whole numbers, any other as it is."""
    finite = column[np.isfinite(column)]
    if not is_count(name) or not np.array_equal(finite, np.round(finite)):
        return column
    return np.array([int(one) if np.isfinite(one) else None for one in column.tolist()], object)


def _plain(column: Column | NDArray[np.object_]) -> list[float | int | None]:
    values: list[float | int | None] = column.tolist()
    if column.dtype == object:
        return values
    for place in np.flatnonzero(~np.isfinite(column)).tolist():
        values[place] = None
    return values
