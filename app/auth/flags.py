"""For whom a part of the platform is switched on: read from the database at each request.

A roll-out is to a share of the people, always the same ones: whoever has a part at 5 % keeps it at
25 %, and another flag begins with other people.
"""

import hashlib
from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.db.engine import Database
from app.errors import NotFound
from app.models.flag import Flag

EVERYBODY = 100


class FlagGate:
    """What keeps those out for whom a part is off."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def require(self, flag: str, actor: Actor) -> None:
        """Let ``actor`` pass.

        Raises NotFound where the part is off for them: as where there is no such address.
        """
        with self._database.read() as session:
            if not is_on(session, flag, actor.user_id):
                raise NotFound("There is nothing here.")


def is_on(session: Session, flag: str, owner_id: int | None) -> bool:
    """Return whether the part is on for this person; None is the platform itself."""
    return flag not in off_among(session, [flag], owner_id)


def off_among(session: Session, flags: Iterable[str], owner_id: int | None) -> set[str]:
    """Return those of ``flags`` that are off for this person, by one query.

    The platform itself has every part that is on for anybody.
    """
    moved = select(Flag.name, Flag.percent).where(Flag.name.in_(list(flags)))
    share = {row.name: row.percent for row in session.execute(moved)}
    return {name for name, percent in share.items() if place_of(name, owner_id) >= percent}


def off_of(session: Session, parts: Collection[tuple[str, int]]) -> set[tuple[str, int]]:
    """Return those of many pairs of flag and person that are off, by one query."""
    names = {name for name, _ in parts}
    moved = select(Flag.name, Flag.percent).where(Flag.name.in_(names), Flag.percent < EVERYBODY)
    share = {row.name: row.percent for row in session.execute(moved)}
    return {
        (name, owner_id)
        for name, owner_id in parts
        if name in share and place_of(name, owner_id) >= share[name]
    }


def place_of(flag: str, owner_id: int | None) -> float:
    """Return a person's place in the roll-out of ``flag``, in percent from 0 to below 100."""
    if owner_id is None:
        return 0.0
    digest = hashlib.sha256(f"{flag}:{owner_id}".encode()).digest()
    return int.from_bytes(digest[:4]) % 10_000 / 100
