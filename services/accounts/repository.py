"""The statements of this domain."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.ids import MAX_ID, parse_id
from app.models.api_token import ApiToken
from app.models.auth_session import AuthSession
from app.models.signin_link import SigninLink
from app.models.user import User


def normal_email(text: str) -> str:
    """Return the one form under which an address is stored and found."""
    return text.strip().lower()


def user_by_email(session: Session, email: str) -> User | None:
    """Return the person with this address."""
    return session.scalar(select(User).where(User.email == normal_email(email)))


def user_by_id(session: Session, user_id: int | str) -> User:
    """Return the person.

    Raises NotFound, and Invalid for text that is no id.
    """
    number = parse_id(user_id, "user_id") if isinstance(user_id, str) else user_id
    user = session.get(User, number) if 1 <= number <= MAX_ID else None
    if user is None:
        raise NotFound(f"User {user_id} does not exist.")
    return user


def lock_active_admins(session: Session) -> Sequence[User]:
    """Return the active admins, locked so that two changes cannot remove the last two."""
    return session.scalars(
        select(User).where(User.role == "admin", User.is_active).order_by(User.id).with_for_update()
    ).all()


def all_users(session: Session, limit: int, offset: int) -> tuple[Sequence[User], int]:
    """Return one page of the people by name, and how many there are."""
    page = session.scalars(select(User).order_by(User.name, User.id).limit(limit).offset(offset))
    return page.all(), session.scalar(select(func.count()).select_from(User)) or 0


def end_sessions(session: Session, user_id: int, *, keep: int | None = None) -> int:
    """End a person's sessions, all but ``keep``; return how many."""
    statement = delete(AuthSession).where(AuthSession.user_id == user_id)
    if keep is not None:
        statement = statement.where(AuthSession.id != keep)
    return len(session.scalars(statement.returning(AuthSession.id)).all())


def end_tokens(session: Session, user_id: int) -> None:
    """Revoke all of a person's tokens."""
    session.execute(delete(ApiToken).where(ApiToken.user_id == user_id))


def end_links(session: Session, user_id: int) -> None:
    """Make a person's one-time links useless."""
    session.execute(delete(SigninLink).where(SigninLink.user_id == user_id))
