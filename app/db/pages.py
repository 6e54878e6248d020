"""One page of a list, and how many things the whole of it has."""

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


def read_page(session: Session, wanted: Select[T], *order: Any, limit: int, offset: int) -> Page[T]:
    """Return a page of the rows that ``wanted`` selects, in the given order."""
    found = session.scalars(wanted.order_by(*order).limit(limit).offset(offset)).all()
    total = session.scalar(select(func.count()).select_from(wanted.subquery()))
    return Page(items=found, total=total or 0, limit=limit, offset=offset)
