"""Archiving a schedule: for good; its open executions are cancelled, its history stays."""

from sqlalchemy import select

from app.auth.access import require_editable
from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.uow import UnitOfWork
from app.jobs.engine import JobEngine
from app.models.schedule import IS_OPEN, Schedule, ScheduleExecution
from services.scheduler.breaker import orders
from services.scheduler.executions.cancel import stop_execution
from services.scheduler.history import note_schedule
from services.scheduler.repository import locked_schedule
from services.scheduler.rows import circuit_of, store_circuit
from services.scheduler.topics import publish_schedule, schedule_subject


def archive_schedule(engine: JobEngine, actor: Actor, schedule_id: str) -> None:
    """Archive a schedule and cancel what of it is open. Raises Conflict where it is archived."""
    with engine.database.write() as unit:
        row = require_editable(unit.session, Schedule, schedule_id, actor, what="Schedule")
        archive_in(engine, unit, actor, row)


def archive_in(engine: JobEngine, unit: UnitOfWork, actor: Actor, row: Schedule) -> None:
    """Archive a schedule in the caller's transaction. Raises Conflict where it is archived."""
    orders.archive(circuit_of(row))  # refused before anything is cancelled
    _cancel_open(engine, unit, row.id)
    row = locked_schedule(unit.session, row.id)
    at, circuit = now(), orders.archive(circuit_of(row))
    store_circuit(row, circuit)
    row.pause_reason = row.pause_until = None
    row.updated_at = at
    note_schedule(unit, row, "schedule_archived", at, actor=actor)
    publish_schedule(unit, row)
    record(unit, actor, "schedule_archived", schedule_subject(row.id), {"name": row.name})


def _cancel_open(engine: JobEngine, unit: UnitOfWork, schedule_id: int) -> None:
    query = select(ScheduleExecution).where(ScheduleExecution.schedule_id == schedule_id, IS_OPEN)
    for execution in unit.session.scalars(query.order_by(ScheduleExecution.id)).all():
        stop_execution(engine, unit, execution)
