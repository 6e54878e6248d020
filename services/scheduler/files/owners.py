"""The owners of schedules in files, and whose schedules somebody may read and change in one."""

from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.db.engine import Database
from app.errors import NotFound
from app.models.user import User


def actors_of(session: Session, owners: Collection[str], by: Actor) -> Mapping[str, Actor]:
    """Return the owners as who acts, by e-mail address; others than admins are only themselves."""
    query = select(User).where(func.lower(User.email).in_(owners), User.is_active, _mine(by))
    return {str(user.email).lower(): _acting(user, by) for user in session.scalars(query)}


def owner_named(database: Database, actor: Actor, email: str | None) -> str:
    """Return the address of whose schedules a file is about, without ``email`` the actor's own.

    Raises NotFound for what is nobody, or not the actor's to see.
    """
    chosen = User.id == actor.user_id
    if email is not None:
        chosen = func.lower(User.email) == email.strip().lower()
    with database.read() as session:
        address: str | None = session.scalar(
            select(func.lower(User.email)).where(chosen, _mine(actor))
        )
    if address is None:
        raise NotFound("There is no such person, or their schedules are not yours to read.")
    return str(address)


def _mine(actor: Actor) -> ColumnElement[bool]:
    return User.id.is_not(None) if actor.is_admin else User.id == actor.user_id


def _acting(user: User, by: Actor) -> Actor:
    """Return who acts: somebody else's schedules are made by the platform, as that person may."""
    if user.id == by.user_id:
        return by
    return Actor(user_id=user.id, role=user.role, name=user.name, via="system")
