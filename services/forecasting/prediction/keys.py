"""Keys for forecasts of a session: made, listed and revoked by those who may change it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from app.auth.access import can_edit, can_see
from app.auth.actor import Actor
from app.auth.audit import record
from app.auth.forecast_keys import KEY_PREFIX
from app.auth.secrets import digest, mint
from app.clock import now
from app.db.engine import Database
from app.errors import Forbidden
from app.ids import parse_id
from app.models.forecast_access import ForecastKey
from app.models.forecasting import ForecastSession
from app.unseen import is_unseen
from services.forecasting.domain.numbers import shown
from services.forecasting.errors import FieldRefused
from services.forecasting.prediction.errors import KeyNotFound, TooManyKeys
from services.forecasting.resolve import editable_session, visible_session
from services.forecasting.topics import subject_of

MAX_KEYS = 5  # active ones of a session
MAX_NAME = 200
SHOWN = len(KEY_PREFIX) + 4


@dataclass(frozen=True, kw_only=True)
class NewForecastKey:
    """A key with its secret, which nobody can read again."""

    secret: str
    key: ForecastKey


def create_key(database: Database, actor: Actor, wire_id: object, name: object) -> NewForecastKey:
    """Make a key for the forecasts of one session.

    Raises FieldRefused for a name that is none, TooManyKeys beyond MAX_KEYS active ones.
    """
    checked = _checked_name(name)
    with database.write() as unit:
        owner = editable_session(unit.session, actor, wire_id)  # its lock makes the count hold
        active = (ForecastKey.session_id == owner.id) & ForecastKey.revoked_at.is_(None)
        count = unit.session.scalar(select(func.count()).select_from(ForecastKey).where(active))
        if (count or 0) >= MAX_KEYS:
            raise TooManyKeys(f"A session has at most {MAX_KEYS} active keys: revoke one first.")
        secret = mint(KEY_PREFIX)
        key = ForecastKey(
            session_id=owner.id,
            user_id=actor.user_id,
            name=checked,
            prefix=secret[:SHOWN],
            secret_hash=digest(secret),
            recent=[],
            created_at=now(),
            last_used_at=None,
            revoked_at=None,
        )
        unit.session.add(key)
        unit.session.flush()
        detail = {"key": key.id, "name": checked}
        record(unit, actor, "forecast_key_created", subject_of(owner.id), detail)
        return NewForecastKey(secret=secret, key=key)


def list_keys(database: Database, actor: Actor, wire_id: object) -> Sequence[ForecastKey]:
    """Return the keys of a session, the newest first; revoked ones are among them."""
    with database.read() as session:
        owner = visible_session(session, actor, wire_id)
        if not can_edit(actor, owner):
            raise Forbidden(f"Session {owner.wire_id} is shared with you to read: not its keys.")
        query = select(ForecastKey).where(ForecastKey.session_id == owner.id)
        return session.scalars(query.order_by(ForecastKey.id.desc())).all()


def revoke_key(database: Database, actor: Actor, key_id: str) -> ForecastKey:
    """Revoke a key; one that is revoked stays so.

    Raises KeyNotFound for a key of somebody else's session, Forbidden where that is shared, and
    Invalid for text that is no id.
    """
    number = parse_id(key_id, "key_id")
    with database.write() as unit:
        row = unit.session.execute(
            select(ForecastKey, ForecastSession)
            .join(ForecastSession, ForecastSession.id == ForecastKey.session_id)
            .where(ForecastKey.id == number)
        ).one_or_none()
        if row is None or not can_see(actor, row.ForecastSession):
            raise KeyNotFound(f"There is no key {number}.")
        if not can_edit(actor, row.ForecastSession):
            raise Forbidden(f"Key {number} is of a session that is only shared with you.")
        key: ForecastKey = row.ForecastKey
        if key.revoked_at is None:
            key.revoked_at = now()
            detail = {"key": key.id, "name": key.name}
            record(unit, actor, "forecast_key_revoked", subject_of(key.session_id), detail)
        return key


def _checked_name(name: object) -> str:
    text = name.strip() if isinstance(name, str) else ""
    if is_unseen(text) or len(text) > MAX_NAME:
        detail = (
            f"name is {shown(name)}, but it must be a text of 1 to {MAX_NAME} visible characters."
        )
        raise FieldRefused("name", detail)
    return text
