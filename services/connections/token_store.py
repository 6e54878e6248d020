"""The tokens of one connection in the database, renewed by one process at a time.

The lock is a lease by the database's clock, because a renewal waits for another server: no
transaction stays open meanwhile, and a process that dies lets go of it by itself.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast
from uuid import uuid4

from sqlalchemy import CursorResult, or_, update

from app.db.types import database_time
from app.models.connection import ServiceConnection
from services.connections.clients.grants import OAuthTokens
from services.connections.types import ACTIVE, Here
from services.scheduler.codes.errors import AccessRevoked, ServiceUnreachable, ThingGone

MARGIN_SECONDS = 30.0
FIRST_PAUSE_SECONDS, MAX_PAUSE_SECONDS = 0.05, 1.0


class StoredTokens:
    """The tokens of a connection; they stay erased once it is archived."""

    def __init__(self, here: Here, connection_id: int) -> None:
        self._here = here
        self._id = connection_id
        self._kept: str | None = None
        self._lease_seconds = here.settings.connection_seconds + MARGIN_SECONDS

    def load(self) -> OAuthTokens:
        """Return the newest tokens. Raises ThingGone, AccessRevoked, ConfigMissing."""
        with self._here.database.read() as session:
            row = session.get(ServiceConnection, self._id)
            if row is None or row.tokens_encrypted is None:
                raise ThingGone(f"Connection {self._id} was disconnected.")
            if row.state != ACTIVE:
                raise AccessRevoked(
                    f"Connection {self._id} needs a sign-in: connect the account again."
                )
            self._kept = row.tokens_encrypted
            return self._here.vault.tokens_of(row)

    def save(self, tokens: OAuthTokens) -> None:
        """Keep what replaces the tokens that were loaded; those of a newer sign-in stay."""
        values = {
            "tokens_encrypted": self._here.vault.encrypt(self._id, tokens),
            "expires_at": tokens.expires_at,
            "scopes": list(tokens.scopes),
        }
        with self._here.database.write() as unit:
            unit.session.execute(
                update(ServiceConnection)
                .where(
                    ServiceConnection.id == self._id,
                    ServiceConnection.tokens_encrypted == self._kept,
                )
                .values(values)
            )

    @contextmanager
    def renewing(self) -> Iterator[None]:
        """Wait until nobody else renews these tokens. Raises ServiceUnreachable."""
        mark = uuid4().hex
        self._wait_for_lease(mark)
        try:
            yield
        finally:
            self._change(renewing_by=mark, new={"renewing_by": None, "renewing_until": None})

    def _wait_for_lease(self, mark: str) -> None:
        ends, pause = time.monotonic() + 2 * self._lease_seconds, FIRST_PAUSE_SECONDS
        while not self._take(mark):
            if time.monotonic() > ends:
                raise ServiceUnreachable("Another process renews this sign-in and does not end.")
            time.sleep(pause)
            pause = min(2 * pause, MAX_PAUSE_SECONDS)

    def _take(self, mark: str) -> bool:
        until = database_time() + self._lease_seconds
        return self._change(new={"renewing_by": mark, "renewing_until": until})

    def _change(self, *, new: dict[str, Any], renewing_by: str | None = None) -> bool:
        """Change the lease where it is free, or where it is that of ``renewing_by``."""
        is_free = or_(
            ServiceConnection.renewing_by.is_(None),
            ServiceConnection.renewing_until < database_time(),
        )
        is_ours = ServiceConnection.renewing_by == renewing_by
        statement = update(ServiceConnection).where(
            ServiceConnection.id == self._id, is_ours if renewing_by else is_free
        )
        with self._here.database.write() as unit:
            result = unit.session.execute(
                statement.values(new).execution_options(synchronize_session=False)
            )
            return bool(cast("CursorResult[Any]", result).rowcount)
