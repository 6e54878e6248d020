"""Working with one connection as a worker does: its service, and how the work ended.

What fails for a reason that the work knows leaves as AttemptFailed, recorded before.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any

from app.clock import now
from app.db.uow import UnitOfWork
from app.models.connection import ConnectionLog, ServiceConnection
from services.connections.clients.bing import BingWebmaster
from services.connections.clients.google import SearchConsole
from services.connections.clients.platforms import GSC
from services.connections.clients.signed import SignedClient
from services.connections.clients.transport import WebClient
from services.connections.config import oauth_client
from services.connections.errors import PlatformNotConfigured
from services.connections.token_store import StoredTokens
from services.connections.types import (
    ACTIVE,
    ARCHIVED,
    NEEDS_SIGN_IN,
    REFRESH,
    ConnectionOutcome,
    Here,
)
from services.scheduler.codes.codes import ErrorCode
from services.scheduler.codes.errors import AttemptFailed, ConfigMissing, ThingGone

Write = Callable[[], AbstractContextManager[UnitOfWork]]
_SIGN_IN_IS_OVER = (ErrorCode.AUTH_EXPIRED, ErrorCode.AUTH_REVOKED)


@contextmanager
def signed_client(here: Here, row: ServiceConnection) -> Iterator[SignedClient]:
    """Yield what sends requests of a connection. Raises ConfigMissing without our client there."""
    try:
        client = oauth_client(here.settings, row.platform)
    except PlatformNotConfigured as missing:
        raise ConfigMissing(missing.detail) from None
    with WebClient(client.service, limit_s=here.settings.connection_seconds) as web:
        yield SignedClient(web, client, StoredTokens(here, row.id), here.clock)


def service_of(
    signed: SignedClient, *, quota_was_hit: bool = False
) -> SearchConsole | BingWebmaster:
    """Return the service of a connection."""
    if signed.oauth.platform == GSC:
        return SearchConsole(signed, quota_was_hit=quota_was_hit)
    return BingWebmaster(signed)


def live_connection(here: Here, connection_id: int) -> ServiceConnection:
    """Return a connection that is not archived. Raises ThingGone."""
    with here.database.read() as session:
        row = session.get(ServiceConnection, connection_id)
    if row is None or row.state == ARCHIVED:
        raise ThingGone(f"Connection {connection_id} was disconnected.")
    return row


def recorded(
    connection_id: int, kind: str, write: Write, work: Callable[[], Mapping[str, Any]]
) -> dict[str, Any]:
    """Return what ``work`` returns, and record how it ended. Raises AttemptFailed."""
    started = now()
    try:
        result = dict(work())
    except AttemptFailed as failed:
        with write() as unit:
            _record(unit, connection_id, _failure(kind, started, failed))
        raise
    outcome = ConnectionOutcome(kind=kind, started_at=started, finished_at=now(), result=result)
    with write() as unit:
        _record(unit, connection_id, outcome)
    return result


def _failure(kind: str, started: datetime, failed: AttemptFailed) -> ConnectionOutcome:
    return ConnectionOutcome(
        kind=kind,
        started_at=started,
        finished_at=now(),
        code=failed.code,
        detail=failed.detail,
        retry_after=failed.retry_after,
    )


def _record(unit: UnitOfWork, connection_id: int, outcome: ConnectionOutcome) -> None:
    row = unit.session.get(ServiceConnection, connection_id, with_for_update=True)
    if row is None:
        return
    shown = {
        "at": outcome.finished_at.isoformat(),
        "outcome": outcome.outcome,
        "code": outcome.code,
        "detail": outcome.detail,
        "retry_after": outcome.retry_after,
        "result": outcome.result,
    }
    if outcome.kind == REFRESH:
        row.last_refresh = shown
    else:
        row.last_check = shown
    is_same_sign_in = row.state == ACTIVE and row.updated_at <= outcome.started_at
    if outcome.code in _SIGN_IN_IS_OVER and is_same_sign_in:
        row.state, row.updated_at = NEEDS_SIGN_IN, outcome.finished_at
    unit.session.add(_entry(row, outcome))


def _entry(row: ServiceConnection, outcome: ConnectionOutcome) -> ConnectionLog:
    return ConnectionLog(
        connection_id=row.id,
        owner_id=row.owner_id,
        platform=row.platform,
        kind=outcome.kind,
        outcome=outcome.outcome,
        code=outcome.code,
        detail=outcome.detail,
        result=None if outcome.result is None else dict(outcome.result),
        started_at=outcome.started_at,
        finished_at=outcome.finished_at,
    )
