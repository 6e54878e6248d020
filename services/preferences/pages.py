"""What a person has chosen on the pages: columns, groups of charts, studies as rows."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from app.auth.actor import Actor
from app.clock import now
from app.db.engine import Database
from app.models.preference import Preference

NAMES = ("runs_columns", "group_studies", "charts")


def read_preferences(database: Database, actor: Actor) -> dict[str, Any]:
    """Return every choice by its name, None for what the actor has not chosen."""
    query = select(Preference.name, Preference.value).where(Preference.user_id == actor.user_id)
    with database.read() as session:
        chosen = {row.name: row.value for row in session.execute(query)}
    return {name: chosen.get(name) for name in NAMES}


def change_preferences(
    database: Database, actor: Actor, changes: Mapping[str, Any]
) -> dict[str, Any]:
    """Keep the actor's choices; None takes one back, what is left out stays. Returns all."""
    with database.write() as unit:
        for name, value in changes.items():
            row = unit.session.get(Preference, (actor.user_id, name))
            if value is None:
                if row is not None:
                    unit.session.delete(row)
            else:
                chosen = Preference(user_id=actor.user_id, name=name, value=value, updated_at=now())
                unit.session.merge(chosen)
    return read_preferences(database, actor)
