"""What a person may know about the own account."""

from app.auth.actor import Actor
from app.db.engine import Database
from app.models.user import User
from services.accounts.repository import user_by_id


def who_am_i(database: Database, actor: Actor) -> User:
    """Return the account of who asks."""
    with database.read() as session:
        return user_by_id(session, actor.user_id)
