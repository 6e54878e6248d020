"""Making a schedule: its row, first version, history and first due time are one commit."""

from app.auth.access import require_member
from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.models.schedule import Schedule
from services.scheduler.breaker.circuit import Circuit
from services.scheduler.history import note_schedule
from services.scheduler.rows import store_circuit, timetable_of
from services.scheduler.schedules.check import check_definition
from services.scheduler.schedules.definition import ScheduleDefinition, store_definition
from services.scheduler.schedules.versions import add_version
from services.scheduler.topics import publish_schedule, schedule_subject


def create_schedule(database: Database, actor: Actor, definition: ScheduleDefinition) -> Schedule:
    """Store a schedule that is due by its cadence from now on. Raises as ``check_definition``."""
    with database.write() as unit:
        return add_schedule(unit, actor, definition)


def add_schedule(unit: UnitOfWork, actor: Actor, definition: ScheduleDefinition) -> Schedule:
    """Store a schedule in the caller's transaction. Raises as ``create_schedule``."""
    require_member(actor)
    at = now()
    check_definition(unit.session, actor, definition, at)
    row = Schedule(
        owner_id=actor.user_id, epoch=at, created_at=at, updated_at=at, tzdata="", version=1
    )
    store_definition(row, definition)
    unit.session.add(row)
    unit.session.flush()  # the jitter follows from its id
    store_circuit(row, Circuit(epoch=at, next_run_at=timetable_of(row).next_after(at)))
    add_version(unit.session, row, actor, {}, at)
    note_schedule(unit, row, "schedule_created", at, actor=actor)
    publish_schedule(unit, row)
    detail = {"name": row.name, "kind": row.kind}
    record(unit, actor, "schedule_created", schedule_subject(row.id), detail)
    return row
