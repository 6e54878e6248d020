"""From the tree of a filter to SQL; every value is a bound parameter.

A comparison of metrics, results, parameters or tags is about one row of their table. A run that is
in hand is probed for that row (EXISTS); where runs are looked for, the rows lead the way
(``driver``).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Float,
    String,
    and_,
    exists,
    literal,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from app.models.dataset import Dataset
from app.models.label import SHORT, RunParam, RunTag
from app.models.run import Run, RunResult
from app.models.series import Series
from app.models.user import User
from services.search.attributes import attribute
from services.search.filter import tree
from services.search.filter.checks import type_of
from services.search.filter.words import NUMBER, TIME
from services.search.moments import moments_of
from services.search.text import by_code_point, like
from services.tracking.domain.params import number_in

_COMPARE: dict[str, Callable[[Any, Any], ColumnElement[bool]]] = {
    "=": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
}
NAMED: dict[str, tuple[Any, Any]] = {
    "owner": (Run.owner_id, User),
    "dataset": (Run.dataset_id, Dataset),
}
_MAX_EXACT_INTEGER = 2**53
_TABLES_PER_STATEMENT = 100  # more than a filter has comparisons


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of a table beside the runs, and the conditions that make it the one meant."""

    table: Any
    conditions: tuple[ColumnElement[bool], ...]

    def of_run(self) -> ColumnElement[bool]:
        """Return the condition that the run has such a row."""
        return exists().where(self.table.run_id == Run.id, *self.conditions)


class Compiler:
    """Compiles filters for one kind of database."""

    def __init__(self, *, sqlite: bool) -> None:
        self._sqlite = sqlite
        self._numbers = count(1)

    def condition(self, node: tree.Node) -> ColumnElement[bool]:
        """Return the condition on runs; it is true or false and never unknown."""
        if isinstance(node, tree.Predicate):
            return self._comparison(node)
        if isinstance(node, tree.Not):
            return not_(self.condition(node.part))
        join = and_ if isinstance(node, tree.All) else or_
        return join(*(self.condition(part) for part in node.parts))

    def driver(self, node: tree.Node) -> Row | None:
        """Return the row whose existence alone makes ``node`` true, None where there is none."""
        if not isinstance(node, tree.Predicate) or node.identifier.kind == "attributes":
            return None
        return None if node.operator == "IS NULL" else self._row(node)

    def _comparison(self, node: tree.Predicate) -> ColumnElement[bool]:
        if node.identifier.kind == "attributes":
            return self._attribute(node)
        if node.operator == "IS NULL":
            present = tree.Predicate(identifier=node.identifier, operator="IS NOT NULL")
            return not_(self._row(present).of_run())
        return self._row(node).of_run()

    def _row(self, node: tree.Predicate) -> Row:
        table = row_table(node.identifier, next(self._numbers) % _TABLES_PER_STATEMENT + 1)
        return Row(
            table=table,
            conditions=(*row_conditions(node.identifier, table), *self._values(node, table)),
        )

    def _values(self, node: tree.Predicate, table: Any) -> list[ColumnElement[bool]]:
        if node.identifier.kind in {"metrics", "results"}:
            return [self._number(getattr(table, node.identifier.part), node)]
        if not node.values:
            return []
        if isinstance(node.values[0], float):
            return [self._number(table.number, node)]
        if node.identifier.kind == "params" and node.operator in tree.EQUALITIES:
            return [self._same_value(table, node)]
        if node.operator == "=":
            return _same_text(table, str(node.values[0]))
        return [self._text(table.value, node)]

    def _same_value(self, table: Any, node: tree.Predicate) -> ColumnElement[bool]:
        """Compare parameters as texts, and those that spell numbers as numbers.

        Equal texts that spell a number spell the same one, so that its index alone finds both.
        """
        texts = [str(value) for value in node.values]
        numbers = [_finite(text) for text in texts]
        known = [_number(number) for number in numbers if number is not None]
        words = [text for text, number in zip(texts, numbers, strict=True) if number is None]
        ways = [and_(*_same_text(table, text)) for text in words]
        if known:
            ways.append(and_(table.number.is_not(None), table.number.in_(known)))
        same = or_(*ways)
        return same if node.operator in ("=", "IN") else not_(same)

    def _attribute(self, node: tree.Predicate) -> ColumnElement[bool]:
        name, holds = node.identifier.name, type_of(node.identifier)
        if name in NAMED:
            return self._named(*NAMED[name], node)
        column = attribute(name)
        if holds == TIME:
            return self._known(column, self._time(column, node), node)
        compare = self._number if holds == NUMBER else self._text
        return self._known(column, compare(column, node), node)

    def _named(self, column: Any, model: Any, node: tree.Predicate) -> ColumnElement[bool]:
        """Return what ``node`` asks of the name of the row that the run points at."""
        if node.operator in tree.PRESENCE:
            return _compared(column, node, [])
        pointed = select(model.id).where(self._text(model.name, node))
        return and_(column.is_not(None), column.in_(pointed))

    def _known(
        self, column: ColumnElement[Any], comparison: ColumnElement[bool], node: tree.Predicate
    ) -> ColumnElement[bool]:
        """Make a comparison with something unknown false, so that its opposite is true."""
        return (
            comparison if node.operator in tree.PRESENCE else and_(column.is_not(None), comparison)
        )

    def _number(self, column: Any, node: tree.Predicate) -> ColumnElement[bool]:
        return _compared(column, node, [_number(value) for value in node.values])

    def _time(self, column: Any, node: tree.Predicate) -> ColumnElement[bool]:
        return _compared(column, node, moments_of(node))

    def _text(self, column: Any, node: tree.Predicate) -> ColumnElement[bool]:
        if node.operator in tree.LIKES:
            folded = node.operator == "ILIKE"
            return like(column, str(node.values[0]), folded=folded, sqlite=self._sqlite)
        if node.operator in tree.RANGES:
            column = by_code_point(column, sqlite=self._sqlite)
        return _compared(column, node, [literal(str(value), String()) for value in node.values])


def row_table(identifier: tree.Identifier, number: int = 0) -> Any:
    """Return a table for the rows that ``identifier`` is about.

    Tables of different numbers are different ones in a statement; 0 is that of the order.
    """
    return _aliased(identifier.kind, number)


@cache
def _aliased(kind: tree.Kind, number: int) -> Any:
    """Return an alias, made once: making one costs more than running most statements."""
    tables: dict[tree.Kind, Any] = {
        "metrics": Series,
        "results": RunResult,
        "params": RunParam,
        "tags": RunTag,
    }
    return aliased(tables[kind], name=f"{kind}_{number}")


def row_conditions(identifier: tree.Identifier, table: Any) -> list[ColumnElement[bool]]:
    """Return what makes a row of ``table`` the one that ``identifier`` means."""
    conditions = [table.name == identifier.name]
    if identifier.kind == "metrics":
        conditions.append(table.client == "")
    return conditions


def _compared(column: Any, node: tree.Predicate, values: list[Any]) -> ColumnElement[bool]:
    condition: ColumnElement[bool]
    if node.operator in tree.PRESENCE:
        condition = column.is_(None) if node.operator == "IS NULL" else column.is_not(None)
    elif node.operator in tree.MEMBERSHIP:
        condition = column.in_(values) if node.operator == "IN" else column.not_in(values)
    else:
        condition = _COMPARE[node.operator](column, values[0])
    return condition


def _number(value: tree.Value) -> ColumnElement[Any]:
    """Return a number as the database compares it exactly with integers and with fractions."""
    number = float(value)
    if number.is_integer() and abs(number) < _MAX_EXACT_INTEGER:
        return literal(int(number), BigInteger())
    return literal(number, Float(53))


def _finite(text: str) -> float | None:
    """Return the number that a text spells as the index has it; None where it has none."""
    number = number_in(text)
    return None if number is None or math.isinf(float(number)) else float(number)


def _same_text(table: Any, value: str) -> list[ColumnElement[bool]]:
    """Return the conditions of equality: by the index, and by the full text where it is longer."""
    same = [table.short == literal(value[:SHORT], String())]
    return same if len(value) < SHORT else [*same, table.value == literal(value, String())]
