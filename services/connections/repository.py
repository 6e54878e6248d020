"""The statements of connections."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.auth.access import require_editable, require_visible
from app.auth.actor import Actor
from app.db.upsert import insert_into
from app.errors import NotFound
from app.jobs.states import TERMINAL
from app.models.connection import ConnectionDay, ConnectionLog, OAuthState, ServiceConnection
from app.models.job import Job
from services.connections.clients.days import Day
from services.connections.topics import check_subject_of, subject_of
from services.connections.types import ARCHIVED, ConnectionNow, SignIn

NEWEST_FIRST = ServiceConnection.id.desc()


def live_of(session: Session, owner_id: int) -> Sequence[ServiceConnection]:
    """Return the connections of a person that are not archived, the newest first."""
    query = select(ServiceConnection).where(
        ServiceConnection.owner_id == owner_id, ServiceConnection.state != ARCHIVED
    )
    return session.scalars(query.order_by(NEWEST_FIRST)).all()


def with_jobs(session: Session, rows: Sequence[ServiceConnection]) -> list[ConnectionNow]:
    """Return connections with what waits or runs of them."""
    subjects = [name(row.id) for row in rows for name in (subject_of, check_subject_of)]
    query = select(Job.subject).where(Job.subject.in_(subjects), Job.state.not_in(TERMINAL))
    open_jobs = set(session.scalars(query))
    return [
        ConnectionNow(
            row=row,
            refreshing=subject_of(row.id) in open_jobs,
            checking=check_subject_of(row.id) in open_jobs,
        )
        for row in rows
    ]


def readable(session: Session, actor: Actor, connection_id: str) -> ServiceConnection:
    """Return a connection that the actor may see. Raises NotFound and Invalid."""
    return require_visible(session, ServiceConnection, connection_id, actor, what="Connection")


def editable(session: Session, actor: Actor, connection_id: str) -> ServiceConnection:
    """Return a connection that the actor may change, locked. Raises NotFound and Invalid.

    One that is archived is not there any more.
    """
    row = require_editable(session, ServiceConnection, connection_id, actor, what="Connection")
    session.refresh(row, with_for_update=True)
    if row.state == ARCHIVED:
        raise NotFound(f"Connection {connection_id} not found")
    return row


def days_of(session: Session, connection_id: int, site: str) -> list[Day]:
    """Return the stored days of a property, in order."""
    query = select(ConnectionDay).where(
        ConnectionDay.connection_id == connection_id, ConnectionDay.site == site
    )
    return [_day(row) for row in session.scalars(query.order_by(ConnectionDay.day))]


def store_days(session: Session, connection_id: int, site: str, days: Sequence[Day]) -> None:
    """Write days, each over the one that is stored of its date."""
    if not days:
        return
    statement = insert_into(session, ConnectionDay).values(
        [_values(connection_id, site, one) for one in days]
    )
    key = ["connection_id", "site", "day"]
    new = {name: statement.excluded[name] for name in _MEASURES}
    session.execute(statement.on_conflict_do_update(index_elements=key, set_=new))


def take_state(session: Session, state_hash: str, user_id: int) -> SignIn | None:
    """Return the sign-in that a person began with this state and use it up.

    Of two calls at once one has it; what somebody else began stays theirs.
    """
    query = delete(OAuthState).where(
        OAuthState.state_hash == state_hash, OAuthState.user_id == user_id
    )
    taken = query.returning(OAuthState.platform, OAuthState.connection_id, OAuthState.expires_at)
    row = session.execute(taken).one_or_none()
    return None if row is None else SignIn(*row)


def forget_states(session: Session, before: datetime) -> None:
    """Delete the sign-ins that nobody came back from."""
    session.execute(delete(OAuthState).where(OAuthState.expires_at < before))


def forget_logs(session: Session, before: datetime) -> None:
    """Delete what is recorded of refreshes and checks that ended before a time."""
    session.execute(delete(ConnectionLog).where(ConnectionLog.finished_at < before))


_MEASURES = ("clicks", "impressions", "position", "provisional")


def _day(row: ConnectionDay) -> Day:
    return Day(
        day=row.day,
        clicks=row.clicks,
        impressions=row.impressions,
        position=row.position,
        provisional=row.provisional,
    )


def _values(connection_id: int, site: str, day: Day) -> dict[str, object]:
    dated: date = day.day
    values = {name: getattr(day, name) for name in _MEASURES}
    return {"connection_id": connection_id, "site": site, "day": dated, **values}
