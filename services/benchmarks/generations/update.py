"""Changing what people call an attribute generation, and who sees it."""

from typing import Any

from app.auth.actor import Actor
from app.auth.audit import record
from app.db.engine import Database
from services.benchmarks.generations.resolve import editable_generation
from services.benchmarks.generations.topics import generation_subject
from services.datasets.names import checked_name


def update_generation(
    database: Database, actor: Actor, generation_id: str, changes: dict[str, Any]
) -> int:
    """Set ``name`` and ``visibility`` where they are among the changes; return the number."""
    with database.write() as unit:
        row = editable_generation(unit.session, actor, generation_id)
        if "name" in changes:
            changes = changes | {"name": checked_name(changes["name"])}
        for name, value in changes.items():
            setattr(row, name, value)
        action = "attribute_generation_changed"
        record(unit, actor, action, generation_subject(row.id), changes)
        return row.id
