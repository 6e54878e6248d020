"""A filter as a tree. Two truth values: a comparison with something unknown is false."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["metrics", "results", "params", "tags", "attributes"]
Value = str | float
PARTS = ("last", "best", "min", "max", "count")
EQUAL, UNEQUAL = "=", "!="
RANGES = (">", ">=", "<", "<=")
LIKES = ("LIKE", "ILIKE")
MEMBERSHIP = ("IN", "NOT IN")
EQUALITIES = (EQUAL, UNEQUAL, *MEMBERSHIP)
PRESENCE = ("IS NULL", "IS NOT NULL")


@dataclass(frozen=True, kw_only=True)
class Identifier:
    """What is compared; ``part`` says which number of a metric's series, or the result's value."""

    kind: Kind
    name: str
    part: str = "last"


@dataclass(frozen=True, kw_only=True)
class Predicate:
    """``identifier operator values``; ``column`` is where the values begin, for later faults."""

    identifier: Identifier
    operator: str
    values: tuple[Value, ...] = ()
    column: int = 1


@dataclass(frozen=True)
class Not:
    """True where its part is false."""

    part: "Node"


@dataclass(frozen=True)
class All:
    """True where all parts are."""

    parts: tuple["Node", ...]


@dataclass(frozen=True)
class Any:
    """True where at least one part is."""

    parts: tuple["Node", ...]


Node = Predicate | Not | All | Any


def comparisons(node: Node) -> Iterator[Predicate]:
    """Yield every comparison below ``node``."""
    if isinstance(node, Predicate):
        yield node
        return
    for part in (node.part,) if isinstance(node, Not) else node.parts:
        yield from comparisons(part)


def conjuncts(node: Node | None) -> tuple[Node, ...]:
    """Return the parts that all have to be true, however they were put together."""
    if node is None:
        return ()
    if isinstance(node, All):
        return tuple(inner for part in node.parts for inner in conjuncts(part))
    return (node,)
