"""What admins do for people: accounts, roles, sign-in links."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.auth.audit import record
from app.auth.secrets import digest, mint
from app.clock import now
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.errors import Conflict, Invalid
from app.models.signin_link import SigninLink
from app.models.user import ROLES, User
from services.accounts import repository
from services.accounts.types import IssuedLink

Act = tuple[str, dict[str, Any]]
LINK_LIFETIME = timedelta(hours=24)
MAX_EMAIL_LENGTH = 254
MAX_NAME_LENGTH = 200


@dataclass(frozen=True, kw_only=True)
class UserChange:
    """What to change; None leaves a field as it is."""

    role: str | None = None
    is_active: bool | None = None
    name: str | None = None


def list_users(database: Database, limit: int, offset: int) -> tuple[Sequence[User], int]:
    """Return one page of the people, and how many there are."""
    with database.read() as session:
        return repository.all_users(session, limit, offset)


def create_user(database: Database, actor: Actor, *, email: str, name: str, role: str) -> User:
    """Make an account without a password: its owner signs in by a link first.

    Raises Invalid for what is no address, and Conflict for one that is taken.
    """
    with database.write() as uow:
        return add_user(uow, actor, email=email, name=name, role=role)


def add_user(uow: UnitOfWork, actor: Actor, *, email: str, name: str, role: str) -> User:
    """Write a new account in this transaction."""
    address = _checked_email(email)
    if role not in ROLES:
        raise _invalid("role", f"The role is one of {', '.join(ROLES)}.")
    if repository.user_by_email(uow.session, address) is not None:
        raise Conflict(f"There is an account for {address} already.")
    user = User(
        email=address,
        name=_checked_name(name),
        role=role,
        password_hash=None,
        is_active=True,
        created_at=now(),
    )
    uow.session.add(user)
    try:
        uow.session.flush()
    except IntegrityError:  # made by somebody else since we looked
        raise Conflict(f"There is an account for {address} already.") from None
    record(uow, actor, "user_created", f"user:{user.id}", {"email": address, "role": role})
    return user


def change_user(database: Database, actor: Actor, user_id: str, change: UserChange) -> User:
    """Change a person's role, state or name.

    Whoever loses the account or gets another role is signed out everywhere. Raises NotFound,
    and Conflict rather than leaving nobody who can manage people.
    """
    with database.write() as uow:
        admins = repository.lock_active_admins(uow.session)
        user = repository.user_by_id(uow.session, user_id)
        _keep_an_admin(admins, user, change)
        acts = [*_rename(user, change), *_change_role(user, change), *_change_state(user, change)]
        _end_credentials(uow.session, user, {action for action, _ in acts})
        for action, detail in acts:  # last, because the log is locked from here to the commit
            record(uow, actor, action, f"user:{user.id}", detail)
    return user


def _keep_an_admin(admins: Sequence[User], user: User, change: UserChange) -> None:
    stays = change.role in (None, "admin") and change.is_active is not False
    if not stays and [admin.id for admin in admins] == [user.id]:
        raise Conflict("This is the last active admin: make somebody else an admin first.")


def _rename(user: User, change: UserChange) -> Iterator[Act]:
    if change.name is not None and change.name != user.name:
        user.name = _checked_name(change.name)
        yield "user_renamed", {}


def _change_role(user: User, change: UserChange) -> Iterator[Act]:
    if change.role is not None and change.role != user.role:
        yield "user_role_changed", {"from": user.role, "to": change.role}
        user.role = change.role


def _change_state(user: User, change: UserChange) -> Iterator[Act]:
    if change.is_active is not None and change.is_active != user.is_active:
        user.is_active = change.is_active
        yield "user_activated" if user.is_active else "user_deactivated", {}


def _end_credentials(session: Session, user: User, acts: set[str]) -> None:
    if acts & {"user_role_changed", "user_deactivated"}:
        repository.end_sessions(session, user.id)
    if "user_deactivated" in acts:
        repository.end_tokens(session, user.id)
        repository.end_links(session, user.id)


def issue_link(database: Database, actor: Actor, user_id: int | str, public_url: str) -> IssuedLink:
    """Make a one-time address with which the person signs in, valid for a day.

    Raises NotFound, and Conflict for accounts that are not active.
    """
    with database.write() as uow:
        user = repository.user_by_id(uow.session, user_id)
        if not user.is_active:
            raise Conflict(f"The account of {user.email} is not active.")
        return add_link(uow, actor, user, public_url)


def add_link(uow: UnitOfWork, actor: Actor, user: User, public_url: str) -> IssuedLink:
    """Write a one-time code for ``user`` in this transaction."""
    code, at = mint(), now()
    uow.session.execute(delete(SigninLink).where(SigninLink.expires_at < at))
    uow.session.add(
        SigninLink(
            user_id=user.id,
            code_hash=digest(code),
            created_at=at,
            expires_at=at + LINK_LIFETIME,
        )
    )
    record(uow, actor, "signin_link_created", f"user:{user.id}")
    url = f"{public_url.rstrip('/')}/signin#code={code}"  # a fragment never reaches a log
    return IssuedLink(url=url, expires_at=at + LINK_LIFETIME)


def _checked_email(text: str) -> str:
    email = repository.normal_email(text)
    local, at, domain = email.partition("@")
    fits = local and at and domain and "@" not in domain and email.isprintable()
    if not fits or " " in email or len(email) > MAX_EMAIL_LENGTH:
        raise _invalid("email", "Give an e-mail address such as ada@example.org.")
    return email


def _checked_name(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > MAX_NAME_LENGTH:
        raise _invalid("name", f"Give a name of 1 to {MAX_NAME_LENGTH} characters.")
    return name


def _invalid(field: str, detail: str) -> Invalid:
    return Invalid(detail, errors={field: [detail]})
