"""INSERT … ON CONFLICT, which both databases have and SQLAlchemy spells once per dialect."""

from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

    Insert: TypeAlias = sqlite.Insert | postgresql.Insert


def insert_into(session: Session, model: Any) -> "Insert":
    """Return an INSERT of the session's dialect, which has ``on_conflict_do_update``."""
    return insert_of(session.get_bind().dialect.name, model)


def insert_of(dialect: str, model: Any) -> "Insert":
    """Return an INSERT of ``dialect``, as ``sqlite``; the other dialect is never loaded."""
    made: Insert = import_module(f"sqlalchemy.dialects.{dialect}").insert(model)
    return made
