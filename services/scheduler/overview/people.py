"""Whose rows are looked at: those of the person in the address, for that person and admins."""

from app.auth.actor import Actor
from app.db.engine import Database
from app.errors import NotFound
from app.ids import parse_id
from app.models.user import User


def require_owner(database: Database, actor: Actor, user_id: str) -> int:
    """Return the id of a person whose schedules the actor may see. Raises NotFound, Invalid.

    Somebody else and nobody look the same, except to admins.
    """
    number = parse_id(user_id, "user_id")
    if number == actor.user_id:
        return number
    if actor.is_admin:
        with database.read() as session:
            if session.get(User, number) is not None:
                return number
    raise NotFound(f"User {number} not found")
