"""Turns: who counts rows and then adds one goes alone, so that two cannot pass at once.

A lock on rows holds back nobody who adds the first one.
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session


def take_turn(session: Session, number: int) -> None:
    """Wait until nobody else holds the turn of this ``number``, and hold it until the commit.

    SQLite has one writer at a time: there every unit of work is a turn.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(number)))
