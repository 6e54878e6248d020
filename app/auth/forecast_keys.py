"""Keys of programs that get forecasts: each is good for one route and one session.

Such a key is no token of its owner: it is looked up only where a route's rule admits keys, and
its actor has no role or scope with which anything else could be reached.
"""

import math
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from app.auth.actor import Actor
from app.auth.secrets import digest
from app.clock import now
from app.db.engine import Database
from app.errors import TooMany, Unauthorised
from app.models.forecast_access import ForecastKey
from app.models.forecasting import ForecastSession
from app.models.user import User

KEY_PREFIX = "sk_fcst_"
CALLS_PER_MINUTE = 60
MINUTE = timedelta(minutes=1)


def is_forecast_key(secret: str) -> bool:
    """Return whether a credential has the form of such a key."""
    return secret.startswith(KEY_PREFIX)


def actor_of_forecast_key(database: Database, secret: str) -> Actor:
    """Return the actor of a key, and count the call.

    Raises Unauthorised when the key is unknown, revoked, or its maker may no longer change the
    session; TooMany, with the seconds to wait, beyond CALLS_PER_MINUTE in any minute.
    """
    at = now()
    with database.write() as unit:
        row = unit.session.execute(
            select(ForecastKey, User)
            .join(User, User.id == ForecastKey.user_id)
            .join(ForecastSession, ForecastSession.id == ForecastKey.session_id)
            .where(
                ForecastKey.secret_hash == digest(secret),
                ForecastKey.revoked_at.is_(None),
                User.is_active,
                or_(
                    User.role == "admin",
                    (User.role == "member") & (ForecastSession.owner_id == User.id),
                ),
            )
            .with_for_update(of=ForecastKey)
        ).one_or_none()
        if row is None:
            raise Unauthorised("This forecast key is unknown or revoked.")
        key, owner = row
        key.recent = counted(key.recent, at)
        key.last_used_at = at
        return actor_of(key, owner.name)


def counted(recent: list[float], at: datetime) -> list[float]:
    """Return the calls of the last minute with one at ``at``; raises TooMany beyond the limit."""
    within = [moment for moment in recent if moment > (at - MINUTE).timestamp()]
    if len(within) >= CALLS_PER_MINUTE:
        free = within[-CALLS_PER_MINUTE] + MINUTE.total_seconds()
        wait = max(1, math.ceil(free - at.timestamp()))
        detail = f"A key may get {CALLS_PER_MINUTE} forecasts a minute: wait {wait} s."
        raise TooMany(detail, retry_after=wait)
    return [*within, at.timestamp()]


def actor_of(key: ForecastKey, name: str) -> Actor:
    """Return who acts by a key: nobody's role, no scope, one session."""
    return Actor(
        user_id=key.user_id,
        role="viewer",
        name=name,
        scopes=frozenset(),
        via="key",
        bound_to=key.session_id,
    )
