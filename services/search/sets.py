"""Matching runs as sets of ids, for filters that keep many runs.

A database that joins looks up one row after the other, or guesses how many there will be and
errs. Reading the ids of a range out of an index costs a tenth of that, and numpy joins
them: ``and``, ``or`` and ``not`` are a few operations on masks, whatever the values are.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Select, String, cast, func, not_, select
from sqlalchemy.orm import Session

from app.models.run import Run
from services.search.compiler import Compiler
from services.search.filter import tree

Ids = NDArray[np.int64]
Mask = NDArray[np.bool_]


class SetReader:
    """Evaluates filters over sets of run ids."""

    def __init__(self, session: Session, compiler: Compiler) -> None:
        self._session = session
        self._compiler = compiler

    def matching(self, parts: tuple[tree.Node, ...], always: Sequence[ColumnElement[bool]]) -> Ids:
        """Return the ids of the runs for which ``always`` holds and all ``parts`` are true."""
        of_runs = [part for part in parts if _concerns_runs_only(part)]
        rows = [part for part in parts if not _concerns_runs_only(part)]
        leading = next((part for part in rows if self._has_index(part)), None)
        if leading is None or of_runs:
            ids = self._runs(*always, *(self._compiler.condition(part) for part in of_runs))
        else:
            hidden = self._runs(not_(_all(always)))
            ids = self._of(leading)
            ids = ids[~np.isin(ids, hidden)]
        for part in rows:
            if part is not leading or of_runs:
                ids = ids[self._mask(part, ids)]
        return ids

    def _has_index(self, node: tree.Node) -> bool:
        return isinstance(node, tree.Predicate) and self._compiler.driver(node) is not None

    def _mask(self, node: tree.Node, ids: Ids) -> Mask:
        if _concerns_runs_only(node):
            return np.isin(ids, self._runs(self._compiler.condition(node)))
        if isinstance(node, tree.Predicate):
            return self._compared(node, ids)
        if isinstance(node, tree.Not):
            return ~self._mask(node.part, ids)
        masks = [self._mask(part, ids) for part in node.parts]
        join = np.logical_and if isinstance(node, tree.All) else np.logical_or
        together: Mask = join.reduce(masks)
        return together

    def _compared(self, node: tree.Predicate, ids: Ids) -> Mask:
        if self._has_index(node):
            return np.isin(ids, self._of(node))
        present = tree.Predicate(identifier=node.identifier, operator="IS NOT NULL")
        return ~self._compared(present, ids)

    def _of(self, node: tree.Node) -> Ids:
        """Return the runs of which a comparison is true, out of its index."""
        row = self._compiler.driver(node)
        if row is None:
            return self._runs(self._compiler.condition(node))
        return read_ids(self._session, select(row.table.run_id).where(*row.conditions))

    def _runs(self, *conditions: ColumnElement[bool]) -> Ids:
        return read_ids(self._session, select(Run.id).where(*conditions))


def read_ids(session: Session, query: Select[Any]) -> Ids:
    """Return the ids that a query of one column selects, in its order if it has a limit.

    They come as one text: a row each would cost more than finding them.
    """
    chosen = query.subquery()
    return ids_in(session.scalar(select(joined(session, chosen.c[0]))) or "")


def joined(session: Session, column: ColumnElement[Any]) -> ColumnElement[str]:
    """Return all values of a column of ids as one text, with commas between."""
    if is_sqlite(session):
        return func.group_concat(column)
    return func.string_agg(cast(column, String), ",")


def is_sqlite(session: Session) -> bool:
    """Return whether the database is SQLite."""
    return session.get_bind().dialect.name == "sqlite"


def ids_in(text: str) -> Ids:
    """Return the ids that ``text`` holds with commas between."""
    ids: Ids = np.fromstring(text, dtype=np.int64, sep=",")
    return ids


def _all(conditions: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    first, *others = conditions
    for other in others:
        first = first & other
    return first


def _concerns_runs_only(node: tree.Node) -> bool:
    """Return whether one index of runs holds all that a node is about."""
    return all(one.identifier.kind == "attributes" for one in tree.comparisons(node))
