"""The answers of a run as columns of whole numbers, without an object for each row.

A row travels as three numbers, those of one person together: a million rows take half a second.
"""

from typing import Any

import numpy as np
from sqlalchemy import BigInteger, ColumnElement, LargeBinary, case, func, select
from sqlalchemy import cast as as_type
from sqlalchemy.orm import Session

from services.benchmarks.domain.ratings import Ints

FACTORS = ("wording", "cue", "repeat")
SMALL_BITS = 15
SMALL = 2**SMALL_BITS  # above every value of a SMALLINT
ORDERED, RATED = 2, 8  # an order has one bit, a rating three
HEADER = 20  # bytes before the elements of an array as PostgreSQL sends it
SENT = np.dtype([("length", ">i4"), ("value", ">i8")])


def answer_columns(session: Session, table: Any, run_id: int) -> list[Ints]:
    """Return eight columns (n,): person, trait, reversed, rating, attempt, the three FACTORS."""
    packed = _packed(table)
    if session.get_bind().dialect.name == "postgresql":
        person, what, how = _sent_columns(session, packed, table.run_id == run_id)
    else:
        person, what, how = _fetched_columns(session, table, run_id, *packed[1:])
    small = [(how >> (place * SMALL_BITS)) & (SMALL - 1) for place in (0, 3, 2, 1)]
    rest = what & (ORDERED * RATED - 1)
    return [person, what >> (ORDERED * RATED).bit_length() - 1, rest & 1, rest >> 1, *small]


def _packed(table: Any) -> tuple[ColumnElement[int], ...]:
    """Return the person; the trait, rating and order; the attempt and the factors."""
    is_reversed = case((table.scale_order == "rev", 1), else_=0)
    what = _big(table.trait_id) * (ORDERED * RATED) + table.rating * ORDERED + is_reversed
    how = _big(getattr(table, FACTORS[0]))  # mostly 0: the number is short
    for name in (*FACTORS[1:], "attempt"):
        how = how * SMALL + getattr(table, name)
    return _big(table.persona_id), what, how


def _big(column: ColumnElement[int]) -> ColumnElement[int]:
    return as_type(column, BigInteger)


def _fetched_columns(
    session: Session, table: Any, run_id: int, *numbers: ColumnElement[int]
) -> list[Ints]:
    """Return three columns (n,); SQLite writes the ``numbers`` of a person as one text each.

    Persons come as the primary key has them: nothing is sorted.
    """
    texts = [func.group_concat(one) for one in numbers]
    query = select(table.persona_id, func.count(), *texts).where(table.run_id == run_id)
    rows = session.execute(query.group_by(table.persona_id)).all()
    persons, times, *columns = zip(*rows, strict=True) if rows else ((), (), (), ())
    read = [np.fromstring(",".join(one), dtype=np.int64, sep=",") for one in columns]
    return [np.repeat(np.array(persons, dtype=np.int64), times), *read]


def _sent_columns(
    session: Session, columns: tuple[ColumnElement[int], ...], where: ColumnElement[bool]
) -> list[Ints]:
    """Return three columns (n,), each sent as the bytes of one array."""
    sent = [func.array_send(func.array_agg(one), type_=LargeBinary()) for one in columns]
    return [
        np.frombuffer(content or bytes(HEADER), dtype=SENT, offset=HEADER)["value"].astype(np.int64)
        for content in session.execute(select(*sent).where(where)).one()
    ]
