"""Which parts of the platform can be switched, and for how many people each is on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.auth.actor import Actor
from app.auth.flags import EVERYBODY, off_among
from app.db.engine import Database
from app.domains import FlagKind
from app.models.flag import Flag
from app.models.user import User

Kinds = Mapping[str, FlagKind]


@dataclass(frozen=True, kw_only=True)
class FlagState:
    """One switch: ``percent`` of the people have the part, the others do not see it.

    Where nobody ever moved it, ``changed_at`` is None. ``changed_by`` is None where the platform
    braked a roll-out.
    """

    name: str
    about: str
    percent: int = EVERYBODY
    reason: str = ""
    changed_at: datetime | None = None
    changed_by: str | None = None


def list_flags(database: Database, kinds: Kinds) -> list[FlagState]:
    """Return every switch, by name."""
    statement = select(Flag, User.name).outerjoin(User, User.id == Flag.changed_by_id)
    with database.read() as session:
        moved = {flag.name: (flag, who) for flag, who in session.execute(statement)}
    return [_state(kind, *moved.get(kind.name, (None, None))) for _, kind in sorted(kinds.items())]


def flags_off(database: Database, actor: Actor, kinds: Kinds) -> list[str]:
    """Return the parts that the actor does not have, by name."""
    with database.read() as session:
        return sorted(off_among(session, kinds, actor.user_id))


def _state(kind: FlagKind, flag: Flag | None, who: str | None) -> FlagState:
    if flag is None:
        return FlagState(name=kind.name, about=kind.about)
    return FlagState(
        name=kind.name,
        about=kind.about,
        percent=flag.percent,
        reason=flag.reason,
        changed_at=flag.changed_at,
        changed_by=who,
    )
