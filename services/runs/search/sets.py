"""Matching runs as sets of ids, for filters that keep many runs on SQLite.

SQLite joins by looking up one row after the other, which costs microseconds each. Reading the
ids of a whole range out of an index costs a hundredth of that, and numpy joins them. PostgreSQL
has hash joins of its own and needs none of this.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Select, func, not_, select
from sqlalchemy.orm import Session

from app.models.run import Run
from services.runs.domain.filter import tree
from services.runs.search.compiler import Compiler, Row

Ids = NDArray[np.int64]
Mask = NDArray[np.bool_]


class SetReader:
    """Evaluates filters over sets of run ids."""

    def __init__(self, session: Session, compiler: Compiler) -> None:
        self._session = session
        self._compiler = compiler

    def matching(self, parts: tuple[tree.Node, ...], always: list[ColumnElement[bool]]) -> Ids:
        """Return the ids of the runs for which ``always`` holds and all ``parts`` are true."""
        told = [part for part in parts if not _is_about_rows(part)]
        rows = [part for part in parts if _is_about_rows(part)]
        leading = next((row for part in rows if (row := self._compiler.driver(part))), None)
        if leading is None or told:
            conditions = [*always, *(self._compiler.condition(part) for part in told)]
            ids = self._read(select(_joined(Run.id.expression)).where(*conditions))
        else:
            hidden = self._read(select(_joined(Run.id.expression)).where(not_(_all(always))))
            ids = self._of(leading)
            ids = ids[~np.isin(ids, hidden)]
        for part in rows:
            ids = ids[self._mask(part, ids)]
        return ids

    def _mask(self, node: tree.Node, ids: Ids) -> Mask:
        if isinstance(node, tree.Comparison):
            return self._compared(node, ids)
        if isinstance(node, tree.Not):
            return ~self._mask(node.part, ids)
        masks = [self._mask(part, ids) for part in node.parts]
        join = np.logical_and if isinstance(node, tree.All) else np.logical_or
        together: Mask = join.reduce(masks)
        return together

    def _compared(self, node: tree.Comparison, ids: Ids) -> Mask:
        row = self._compiler.driver(node)
        if row is not None:
            return np.isin(ids, self._of(row))
        present = tree.Comparison(identifier=node.identifier, operator="IS NOT NULL")
        return ~self._compared(present, ids)

    def _of(self, row: Row) -> Ids:
        return self._read(select(_joined(row.table.run_id)).where(*row.conditions))

    def _read(self, statement: Select[str]) -> Ids:
        """Return the ids that a statement has put into one text: a row each would cost more."""
        text = self._session.scalar(statement) or ""
        ids: Ids = np.fromstring(text, dtype=np.int64, sep=",")
        return ids


def _joined(column: ColumnElement[Any]) -> ColumnElement[str]:
    return func.group_concat(column)


def _all(conditions: list[ColumnElement[bool]]) -> ColumnElement[bool]:
    first, *others = conditions
    for other in others:
        first = first & other
    return first


def _is_about_rows(node: tree.Node) -> bool:
    return all(one.identifier.kind != "attributes" for one in tree.comparisons(node))
