"""The orders in which runs can be listed.

An order is a row of stretches: runs whose first value is known come first, sorted by it; then,
for parameters, those whose value is a text; then those where nothing is known, by id. Each
stretch walks an index, so a page costs what it shows.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Float, Integer, exists, literal, not_, or_
from sqlalchemy.sql.elements import UnaryExpression
from sqlalchemy.types import TypeEngine

from app.db.types import BigId, UtcDateTime
from app.errors import Invalid
from app.models.label import RunParam
from app.models.run import Run
from services.search.attributes import attribute
from services.search.compiler import row_conditions, row_table
from services.search.filter.errors import FilterError
from services.search.filter.names import name_of
from services.search.filter.tree import Identifier
from services.search.filter.words import nearest
from services.search.query import Key

NEVER_NULL = ("id", "start_time", "status", "training_mode")
MAYBE_NULL = ("end_time", "best_val_recall", "best_val_accuracy", "duration")
SORT_KEYS = (*NEVER_NULL, *MAYBE_NULL)
PREFIXES = ("metrics.", "results.", "params.", "tags.")


@dataclass(frozen=True, kw_only=True)
class Order:
    """How to sort: ``values`` in turn, and the id where they are equal.

    ``row`` is the table beside the runs that holds the values, None for attributes.
    """

    identifier: Identifier
    descending: bool
    values: tuple[Any, ...]
    has_unknown: bool
    row: Any = None
    row_conditions: tuple[ColumnElement[bool], ...] = ()

    @property
    def stretches(self) -> int:
        """Return how many stretches there are, the unknown one included."""
        return len(self.values) + self.has_unknown

    @property
    def run_id(self) -> Any:
        """Return the id as the index of the values holds it."""
        return Run.id if self.row is None else self.row.run_id

    def within(self, stretch: int) -> list[ColumnElement[bool]]:
        """Return the conditions under which a run belongs to a stretch of known values."""
        if not self.has_unknown:
            return []
        before = [value.is_(None) for value in self.values[:stretch]]
        return [*self.row_conditions, *before, self.values[stretch].is_not(None)]

    def unknown(self) -> ColumnElement[bool]:
        """Return the condition under which nothing is known to sort a run by."""
        known = or_(*(value.is_not(None) for value in self.values))
        if self.row is None:
            return not_(known)
        row = self.row.run_id == Run.id
        return not_(exists().where(row, *self.row_conditions, known))

    def directed(self, value: Any) -> UnaryExpression[Any]:
        """Return ``value`` in the direction of this order."""
        ordered: UnaryExpression[Any] = value.desc() if self.descending else value.asc()
        return ordered


def order_of(named: Identifier, *, descending: bool) -> Order:
    """Return the order by what ``sort_key`` reads."""
    if named.kind == "attributes":
        values = (attribute(named.name),)
        unknown = named.name in MAYBE_NULL
        return Order(identifier=named, descending=descending, values=values, has_unknown=unknown)
    row = row_table(named)
    columns: dict[str, tuple[str, ...]] = {
        "metrics": (named.part,),
        "results": (named.part,),
        "params": ("number", "short"),
        "tags": ("short",),
    }
    return Order(
        identifier=named,
        descending=descending,
        values=tuple(getattr(row, name) for name in columns[named.kind]),
        has_unknown=True,
        row=row,
        row_conditions=tuple(row_conditions(named, row)),
    )


def sort_key(key: str) -> Key:
    """Return what a sort key means: an attribute, or ``<kind>.<name>`` of one of PREFIXES.

    Raises Invalid, naming the nearest key, for one that nothing is sorted by.
    """
    if key in SORT_KEYS:
        return Key(text=key, identifier=Identifier(kind="attributes", name=key))
    if key.startswith(PREFIXES):
        try:
            return Key(text=key, identifier=name_of(key))
        except FilterError as error:
            raise _wrong_key(key, f": {error.reason}") from None
    raise _wrong_key(key, nearest(key, [*SORT_KEYS, *PREFIXES]))


def _wrong_key(key: str, why: str) -> Invalid:
    shown = key if len(key) <= 60 else key[:60] + "…"
    detail = f"Runs are not sorted by {shown!r}{why}"
    known = ", ".join([*SORT_KEYS, *(f"{prefix}<name>" for prefix in PREFIXES)])
    return Invalid(detail, errors={"sort_by": [detail, f"There are {known}."]})


def bound(order: Order, stretch: int, value: Any) -> ColumnElement[Any]:
    """Return ``value`` as a bound parameter of the type by which the stretch is sorted."""
    return literal(value, type_of_stretch(order, stretch))


def type_of_stretch(order: Order, stretch: int) -> TypeEngine[Any]:
    """Return the type of the values of a stretch."""
    kind = order.values[stretch].type
    if isinstance(kind, Integer):
        return BigId
    if isinstance(kind, UtcDateTime):
        return kind
    return Float(53) if isinstance(kind, Float) else RunParam.short.type
