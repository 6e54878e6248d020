"""One page of a list, and how many rows the full list has."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, kw_only=True)
class Page(Generic[T]):
    """One page; ``total`` counts what is on all of them."""

    items: Sequence[T]
    total: int
    limit: int
    offset: int

    def of(self, items: Sequence[U]) -> "Page[U]":
        """Return the same page with what became of its items."""
        return Page(items=items, total=self.total, limit=self.limit, offset=self.offset)


def read_page(
    session: Session,
    statement: Select[T],
    *order: Any,
    limit: int,
    offset: int,
    total: int | None = None,
) -> Page[T]:
    """Return a page of the rows that ``statement`` selects, in the given order.

    All of them are counted, unless who calls knows the ``total``.
    """
    rows = session.scalars(statement.order_by(*order).limit(limit).offset(offset)).all()
    if total is None:
        total = session.scalar(select(func.count()).select_from(statement.subquery()))
    return Page(items=rows, total=total or 0, limit=limit, offset=offset)
