"""What people order of a schedule: pause, resume, reset. Running now and archiving stand beside."""

from datetime import datetime

from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.errors import Invalid
from app.models.schedule import Schedule
from services.scheduler.breaker import orders
from services.scheduler.breaker.circuit import Circuit
from services.scheduler.history import note_schedule
from services.scheduler.repository import open_execution
from services.scheduler.rows import circuit_of, store_circuit, timetable_of
from services.scheduler.schedules.update import editable_schedule
from services.scheduler.topics import publish_schedule, schedule_subject


def pause_schedule(
    database: Database,
    actor: Actor,
    schedule_id: str,
    reason: str | None = None,
    until: datetime | None = None,
) -> Schedule:
    """Pause a schedule, perhaps until a time; what runs goes on.

    Raises Conflict where it is paused or archived, Invalid for a time that is over.
    """
    at = now()
    if until is not None and until <= at:
        detail = f"until is {until.isoformat()}, which is over. Give a later time, or none."
        raise Invalid(detail, errors={"until": [detail]})
    with database.write() as unit:
        row = editable_schedule(unit, actor, schedule_id)
        _ordered(unit, actor, row, orders.pause(circuit_of(row)), "schedule_paused", at)
        row.pause_reason, row.pause_until = reason, until
        return row


def resume_schedule(database: Database, actor: Actor, schedule_id: str) -> Schedule:
    """Let a schedule go on as before the pause; nothing is caught up. Raises Conflict."""
    with database.write() as unit:
        row = editable_schedule(unit, actor, schedule_id)
        resume_in(unit, actor, row, now())
        return row


def resume_in(unit: UnitOfWork, actor: Actor, row: Schedule, at: datetime) -> None:
    """Resume a locked schedule in the caller's transaction. Raises Conflict."""
    probe = open_execution(unit.session, row.id)
    has_probe = probe is not None and probe.is_probe
    next_after = timetable_of(row).next_after
    circuit = orders.resume(circuit_of(row), at, next_after, has_probe=has_probe)
    _ordered(unit, actor, row, circuit, "schedule_resumed", at)
    row.pause_reason = row.pause_until = None


def reset_schedule(database: Database, actor: Actor, schedule_id: str) -> Schedule:
    """Make a schedule active with nothing counted, next by its cadence. Raises Conflict."""
    with database.write() as unit:
        row, at = editable_schedule(unit, actor, schedule_id), now()
        circuit = orders.reset(circuit_of(row), at, timetable_of(row).next_after)
        _ordered(unit, actor, row, circuit, "schedule_reset", at)
        row.pause_reason = row.pause_until = row.error_code = None
        return row


def _ordered(
    unit: UnitOfWork, actor: Actor, row: Schedule, circuit: Circuit, action: str, at: datetime
) -> None:
    before = row.state
    store_circuit(row, circuit)
    row.updated_at = at
    note_schedule(unit, row, action, at, actor=actor, data={"before": before, "state": row.state})
    publish_schedule(unit, row)
    record(unit, actor, action, schedule_subject(row.id), {"name": row.name})
