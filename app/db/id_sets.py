"""Rows by many ids at once, as each database reads them fastest."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, any_, literal
from sqlalchemy.orm import Session


def has_id(session: Session, column: Any, ids: Sequence[int]) -> ColumnElement[bool]:
    """Return whether a column of ids is among ``ids``.

    On PostgreSQL they are one value, so that the statement is the same for any number of them: to
    spell out a value for each costs more there than to look them up.
    """
    among: ColumnElement[bool] = (
        column.in_(ids)
        if session.get_bind().dialect.name == "sqlite"
        else column == any_(literal(list(ids), ARRAY(BigInteger)))
    )
    return among
