"""Changing a schedule: a new version; a new cadence counts from now, nothing old is caught up."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import update

from app.auth.access import require_editable
from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.errors import Conflict
from app.models.schedule import Schedule, ScheduleExecution
from services.scheduler.breaker.circuit import CircuitState
from services.scheduler.history import note_schedule
from services.scheduler.repository import locked_schedule
from services.scheduler.rows import circuit_of, store_circuit, timetable_of
from services.scheduler.schedules.check import check_definition
from services.scheduler.schedules.definition import (
    TIMES,
    ScheduleDefinition,
    changes_between,
    definition_of,
    store_definition,
    updated,
)
from services.scheduler.schedules.versions import add_version
from services.scheduler.topics import publish_schedule, schedule_subject


def update_schedule(
    database: Database,
    actor: Actor,
    schedule_id: str,
    values: Mapping[str, Any],
    expected_version: int | None = None,
) -> Schedule:
    """Replace fields of a schedule; what changes nothing makes no version.

    Raises as ``check_definition``, and Conflict for one that is archived or where somebody has
    changed it since ``expected_version``.
    """
    with database.write() as unit:
        row = editable_schedule(unit, actor, schedule_id)
        if expected_version not in (None, row.version):
            raise Conflict(
                f"Schedule {row.id} is at version {row.version}: look at it before you change it."
            )
        if row.state == "archived":
            raise Conflict("This schedule is archived: it does not run any more.")
        change_in(unit, actor, row, updated(definition_of(row), values))
        return row


def editable_schedule(unit: UnitOfWork, actor: Actor, schedule_id: str | int) -> Schedule:
    """Return the schedule locked, if the actor may change it. Raises NotFound and Forbidden."""
    row = require_editable(unit.session, Schedule, schedule_id, actor, what="Schedule")
    return locked_schedule(unit.session, row.id)


def change_in(
    unit: UnitOfWork, actor: Actor, row: Schedule, after: ScheduleDefinition
) -> dict[str, Any]:
    """Let a locked schedule say something else; return what was and is by field.

    Raises as ``check_definition``. What changes nothing makes no version.
    """
    at = now()
    changes = changes_between(definition_of(row), after)
    if not changes:
        return {}
    check_definition(unit.session, actor, after, at, schedule_id=row.id)
    store_definition(row, after)
    row.version, row.updated_at = row.version + 1, at
    if set(changes) & set(TIMES):
        retimed(row, at)
    if "visibility" in changes:
        _share(unit, row)
    add_version(unit.session, row, actor, changes, at)
    note_schedule(unit, row, "schedule_changed", at, actor=actor, data={"changed": sorted(changes)})
    publish_schedule(unit, row)
    detail = {"name": row.name, "changed": sorted(changes)}
    record(unit, actor, "schedule_changed", schedule_subject(row.id), detail)
    return changes


def retimed(row: Schedule, at: datetime) -> None:
    """Compute the next time from ``at`` on; one that is paused does so when it goes on."""
    circuit = circuit_of(row)
    if circuit.state is CircuitState.ACTIVE:
        circuit = replace(circuit, next_run_at=timetable_of(row).next_after(at))
    store_circuit(row, circuit)


def _share(unit: UnitOfWork, row: Schedule) -> None:
    unit.session.execute(
        update(ScheduleExecution)
        .where(ScheduleExecution.schedule_id == row.id)
        .values(visibility=row.visibility)
    )
