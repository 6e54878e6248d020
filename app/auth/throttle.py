"""How often one may fail to sign in, counted in the database so that all processes agree.

The limit that bites is per account AND address, so that a stranger's failures never keep the
owner out; the wider one is per address alone. An attempt is counted before the password is
looked at and taken back when it was right: parallel guesses cannot slip through together.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.auth.origin import neighbourhood
from app.auth.secrets import digest
from app.db.upsert import insert_into
from app.errors import TooMany
from app.models.login_attempt import LoginAttempts

WINDOW = timedelta(minutes=15)
PER_ACCOUNT_AND_ADDRESS = 5
PER_ADDRESS = 50
MINUTE = 60  # seconds in which failures of one address are one line of the audit log


def count_attempt(session: Session, email: str, address: str, at: datetime) -> None:
    """Count an attempt to sign in.

    Raises TooMany, with the seconds to wait, when there were too many failures already.
    """
    session.execute(delete(LoginAttempts).where(LoginAttempts.touched_at < at - WINDOW))
    for key, limit in _limits(email, address):
        _count(session, key, limit, at)


def reset_attempts(session: Session, email: str, address: str, at: datetime) -> None:
    """Take the attempt of ``at`` back, and the account's earlier failures from here with it."""
    (account_key, _), (address_key, _) = _limits(email, address)
    session.execute(delete(LoginAttempts).where(LoginAttempts.key == account_key))
    recent = [moment for moment in _locked(session, address_key, at) if moment != at.timestamp()]
    _store(session, address_key, recent)


def count_failure(session: Session, target: str, address: str, at: datetime) -> int | None:
    """Count a failure of ``address`` at ``target``.

    Return how many came since the last line about it when another is due, and None within the
    minute of the last one: nobody may trim the audit log, so nobody may fill it.
    """
    key = digest(f"failure {neighbourhood(address)} {target}")
    minute = at.timestamp() // MINUTE
    last, more = _locked(session, key, at) or (None, 0)
    is_due = last != minute
    _store(session, key, [minute, 0 if is_due else more + 1])
    return int(more) if is_due else None


def _limits(email: str, address: str) -> tuple[tuple[str, int], tuple[str, int]]:
    place = neighbourhood(address)
    account = digest(f"account {email} {place}")
    return (account, PER_ACCOUNT_AND_ADDRESS), (digest(f"address {place}"), PER_ADDRESS)


def _count(session: Session, key: str, limit: int, at: datetime) -> None:
    recent = [moment for moment in _locked(session, key, at) if moment > (at - WINDOW).timestamp()]
    if len(recent) >= limit:
        free = datetime.fromtimestamp(recent[-limit], UTC) + WINDOW
        raise TooMany(
            "Too many failed sign-ins from here. Wait, or ask an admin for a sign-in link.",
            retry_after=max(1, round((free - at).total_seconds())),
        )
    _store(session, key, [*recent, at.timestamp()])


def _locked(session: Session, key: str, at: datetime) -> list[float]:
    """Return the counted moments of ``key``, its row locked until the transaction ends."""
    statement = insert_into(session, LoginAttempts).values(key=key, recent=[], touched_at=at)
    statement = statement.on_conflict_do_update(
        index_elements=[LoginAttempts.key], set_={"touched_at": at}
    )
    return session.execute(statement.returning(LoginAttempts.recent)).scalar_one()


def _store(session: Session, key: str, recent: list[float]) -> None:
    session.execute(update(LoginAttempts).where(LoginAttempts.key == key).values(recent=recent))
