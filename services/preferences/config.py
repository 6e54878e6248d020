"""A person's own default configuration: nobody else's trainings ever change with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.auth.access import require_member
from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.models.run import UserConfig
from services.preferences.domain.sections import (
    check_together,
    checked,
    defaults,
    training_settings,
)

Sections = dict[str, dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class CurrentConfig:
    """Every section in full; ``config_path`` names the place, not a file."""

    config: Sections
    config_path: str


@dataclass(frozen=True, kw_only=True)
class ConfigUpdate:
    """What an update changed, as read back from the database."""

    message: str
    updated_fields: int
    fields: list[str]
    verified_values: dict[str, Any]
    config_path: str


def current_config(database: Database, actor: Actor) -> CurrentConfig:
    """Return the actor's configuration: own changes over the defaults."""
    with database.read() as session:
        own = _own(session, actor)
    return CurrentConfig(config=_over_defaults(own), config_path=_path(actor))


def update_config(
    database: Database, actor: Actor, update: Mapping[str, Mapping[str, Any] | None]
) -> ConfigUpdate:
    """Apply the settings of ``update`` that are not null, all of them or none.

    Raises Invalid naming each wrong one.
    """
    require_member(actor)
    changes = checked(update)
    fields = [f"{section}.{name}" for section, values in changes.items() for name in values]
    with database.write() as unit:
        own = _merged(_own(unit.session, actor), changes)
        check_together(own)
        unit.session.merge(UserConfig(user_id=actor.user_id, config=own, updated_at=now()))
        record(unit, actor, "config_changed", f"user:{actor.user_id}", {"fields": fields})
    return _verified(database, actor, fields)


def training_defaults(session: Session, actor: Actor) -> dict[str, Any]:
    """Return the training settings that the actor has changed for all own runs."""
    return training_settings(_own(session, actor))


def column_names(database: Database, actor: Actor) -> dict[str, str]:
    """Return the columns that the actor has named for own image archives."""
    with database.read() as session:
        columns = _own(session, actor).get("columns", {})
    named = {"patient_column": "patient_id", "target_column": "target"}
    named |= {"filename_column": "filename"}
    return {option: columns[name] for option, name in named.items() if name in columns}


def _verified(database: Database, actor: Actor, fields: list[str]) -> ConfigUpdate:
    stored = current_config(database, actor)
    values = {}
    for field in fields:
        section, name = field.split(".")
        values[field] = stored.config[section][name]
    count = len(fields)
    return ConfigUpdate(
        message=f"{count} setting{'' if count == 1 else 's'} updated.",
        updated_fields=count,
        fields=fields,
        verified_values=values,
        config_path=stored.config_path,
    )


def _own(session: Session, actor: Actor) -> Sections:
    row = session.get(UserConfig, actor.user_id)
    return row.config if row is not None else {}


def _merged(own: Sections, changes: Sections) -> Sections:
    sections = {*own, *changes}
    return {section: own.get(section, {}) | changes.get(section, {}) for section in sections}


def _over_defaults(own: Sections) -> Sections:
    return _merged(defaults(), own)


def _path(actor: Actor) -> str:
    return f"users/{actor.user_id}/config"
