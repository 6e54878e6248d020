"""People and their credentials, for tests."""

from itertools import count

from app.auth.actor import SYSTEM, Actor
from app.auth.credentials import actor_of_session
from app.auth.passwords import PasswordHasher
from app.clock import now
from app.db.engine import Database
from app.models.run import Run
from app.models.user import User
from services.accounts.tokens import add_token, scopes_for

PASSWORD = "four unrelated words"
FAST = PasswordHasher(memory_kib=8, passes=1)
_numbers = count(1)


def make_user(
    database: Database,
    role: str = "member",
    *,
    email: str | None = None,
    password: str | None = None,
    is_active: bool = True,
) -> User:
    """Write a person with cheap password hashing."""
    number = next(_numbers)
    user = User(
        email=email or f"person{number}@example.org",
        name=f"Person {number}",
        role=role,
        password_hash=FAST.hash(password) if password else None,
        is_active=is_active,
        created_at=now(),
    )
    with database.write() as uow:
        uow.session.add(user)
    return user


def actor_for(user: User) -> Actor:
    """Return the person as a signed-in browser that has no row."""
    return actor_of_session(0, user.id, user.role, user.name)


def make_actor(database: Database, role: str = "member") -> Actor:
    """Write a person and return the actor."""
    return actor_for(make_user(database, role))


def make_token(
    database: Database, user: User, *, scopes: list[str] | None = None, days: int | None = None
) -> str:
    """Write a token and return its secret."""
    with database.write() as uow:
        granted = scopes_for(user, scopes)
        return add_token(uow, SYSTEM, user.id, "test", granted, days).secret


def make_run(database: Database, owner_id: int, visibility: str = "private") -> int:
    """Write a finished run and return its id."""
    at = now()
    run = Run(
        name="a run",
        training_mode="federated",
        status="completed",
        start_time=at,
        end_time=at,
        owner_id=owner_id,
        visibility=visibility,
        config={"num_rounds": 3, "epochs": 3},
        seed=1,
    )
    with database.write() as uow:
        uow.session.add(run)
    return run.id
