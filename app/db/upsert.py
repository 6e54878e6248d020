"""INSERT … ON CONFLICT, which both databases have and SQLAlchemy spells once per dialect."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

Insert = sqlite.Insert | postgresql.Insert
MAKERS: dict[str, Callable[[Any], Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def insert_into(session: Session, model: Any) -> Insert:
    """Return an INSERT of the session's dialect, which has ``on_conflict_do_update``."""
    return MAKERS[session.get_bind().dialect.name](model)
