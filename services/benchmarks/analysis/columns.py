"""The answers of a run as columns of whole numbers, without an object for each row.

A row travels as three numbers: a million of them are read in about a second.
"""

from collections.abc import Iterable
from itertools import chain
from typing import Any

import numpy as np
from sqlalchemy import BigInteger, ColumnElement, LargeBinary, case, func, select
from sqlalchemy import cast as as_type
from sqlalchemy.orm import Session

from services.benchmarks.domain.ratings import Ints

FACTORS = ("wording", "cue", "repeat")
SMALL = 2**15  # above every value of a SMALLINT
ORDERED, RATED = 2, 8  # an order has one bit, a rating three
HEADER = 20  # bytes before the elements of an array as PostgreSQL sends it
SENT = np.dtype([("length", ">i4"), ("value", ">i8")])


def answer_columns(session: Session, table: Any, run_id: int) -> Ints:
    """Return (8, n): person, trait, reversed, rating, attempt and the three FACTORS."""
    packed = _packed(table)
    if session.get_bind().dialect.name == "postgresql":
        person, what, how = _sent_columns(session, packed, table.run_id == run_id)
    else:
        person, what, how = _fetched_columns(session, packed, table.run_id == run_id)
    small = [how // SMALL**place % SMALL for place in (3, 2, 1, 0)]
    trait, rest = np.divmod(what, ORDERED * RATED)
    return np.stack([person, trait, rest % ORDERED, rest // ORDERED, *small])


def _packed(table: Any) -> tuple[ColumnElement[int], ...]:
    """Return the person; the trait, rating and order; the attempt and the factors."""
    is_reversed = case((table.scale_order == "rev", 1), else_=0)
    what = _big(table.trait_id) * (ORDERED * RATED) + table.rating * ORDERED + is_reversed
    how = _big(table.attempt)
    for name in FACTORS:
        how = how * SMALL + getattr(table, name)
    return _big(table.persona_id), what, how


def _big(column: ColumnElement[int]) -> ColumnElement[int]:
    return as_type(column, BigInteger)


def _fetched_columns(
    session: Session, columns: Iterable[ColumnElement[int]], where: ColumnElement[bool]
) -> Ints:
    """Return (3, n), read from the driver's own cursor."""
    result = session.connection().execute(select(*columns).where(where))
    rows: Any = result.cursor  # SQLAlchemy would make an object of each row
    return np.fromiter(chain.from_iterable(rows), dtype=np.int64).reshape(-1, 3).T


def _sent_columns(
    session: Session, columns: Iterable[ColumnElement[int]], where: ColumnElement[bool]
) -> list[Ints]:
    """Return three columns (n,), each sent as the bytes of one array."""
    sent = [func.array_send(func.array_agg(one), type_=LargeBinary()) for one in columns]
    return [
        np.frombuffer(content or bytes(HEADER), dtype=SENT, offset=HEADER)["value"].astype(np.int64)
        for content in session.execute(select(*sent).where(where)).one()
    ]
