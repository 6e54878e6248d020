"""Running a schedule now: an execution outside its cadence, which stays as it is."""

from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.errors import Conflict
from app.jobs import states
from app.models.schedule import Schedule, ScheduleExecution
from services.scheduler.breaker import orders
from services.scheduler.breaker.circuit import Execution
from services.scheduler.counters import count
from services.scheduler.history import note_schedule
from services.scheduler.repository import open_execution
from services.scheduler.rows import circuit_of, store_circuit
from services.scheduler.schedules.update import editable_schedule
from services.scheduler.topics import publish_execution, publish_schedule, schedule_subject


class ExecutionOpen(Conflict):
    """An execution of the schedule is not over. ``facts`` has its id."""

    code = "execution_open"


def run_now(database: Database, actor: Actor, schedule_id: str) -> ScheduleExecution:
    """Make an execution that begins at the next tick.

    Raises ExecutionOpen while another one is not over, Conflict for an archived schedule.
    """
    with database.write() as unit:
        row = editable_schedule(unit, actor, schedule_id)
        busy = open_execution(unit.session, row.id)
        if busy is not None:
            raise still_open(busy)
        at, before = now(), row.state
        circuit, execution = orders.run_now(circuit_of(row), at, has_open=False)
        store_circuit(row, circuit)
        created = add_execution(unit, row, execution, "manual")
        note_schedule(
            unit,
            row,
            "job_scheduled",
            at,
            actor=actor,
            execution=created,
            data={"source": "manual"},
        )
        if row.state != before:
            publish_schedule(unit, row)
        detail = {"name": row.name, "execution": created.id}
        record(unit, actor, "schedule_run_now", schedule_subject(row.id), detail)
        return created


def add_execution(
    unit: UnitOfWork, row: Schedule, execution: Execution, source: str
) -> ScheduleExecution:
    """Store an execution that waits for its first attempt."""
    at = now()
    created = ScheduleExecution(
        schedule_id=row.id,
        owner_id=row.owner_id,
        visibility=row.visibility,
        kind=row.kind,
        source=source,
        version=row.version,
        scheduled_for=execution.scheduled_for,
        state=states.QUEUED,
        attempt=0,
        is_probe=execution.is_probe,
        begin_at=at,
        missed=0,
        created_at=at,
    )
    unit.session.add(created)
    unit.session.flush()
    count(unit.session, at, row.owner_id, row.kind, created=1)
    publish_execution(unit, created)
    return created


def still_open(execution: ScheduleExecution) -> ExecutionOpen:
    """Return the refusal that names the execution that is open."""
    error = ExecutionOpen(
        f"Execution {execution.id} of this schedule is still open ({execution.state})."
        " Wait for its end or cancel it."
    )
    error.facts = {"execution_id": execution.id}
    return error
