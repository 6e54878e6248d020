"""Writing schedules down: only what differs from the defaults, so that files stay short."""

from dataclasses import MISSING, fields
from typing import Any

from app.db.engine import Database
from services.scheduler.files.stored import stored_schedules
from services.scheduler.schedules.definition import (
    ScheduleDefinition,
    as_json,
    definition_of,
)

DEFAULTS = {one.name: one.default for one in fields(ScheduleDefinition)}


def export_schedules(database: Database, owner: str | None = None) -> list[dict[str, Any]]:
    """Return the schedules of a person, or of all, as a file has them, ordered by their names.

    Raises FileRefused where two of one person are called the same.
    """
    owners = None if owner is None else [owner.strip().lower()]
    with database.read() as session:
        rows = stored_schedules(session, owners)
        names = {row.id: row.name for row in rows.values()}
        return [
            _entry(key[0], as_json(definition_of(row)), names) for key, row in sorted(rows.items())
        ]


def _entry(owner: str, values: dict[str, Any], names: dict[int, str]) -> dict[str, Any]:
    if values["depends_on"] is not None:  # one that is archived is waited for no more
        values["depends_on"] = names.get(values["depends_on"])
    first = {"name": values.pop("name"), "owner": owner, "kind": values.pop("kind")}
    return first | {name: value for name, value in values.items() if not _is_default(name, value)}


def _is_default(name: str, value: Any) -> bool:
    default = DEFAULTS[name]
    return default is not MISSING and value == (list(default) if default == () else default)
