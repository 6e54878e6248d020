"""Retrying an execution that ended: another one, perhaps with other parameters."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.auth.access import require_editable
from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.errors import Conflict
from app.jobs import states
from app.models.schedule import OPEN_STATES, ScheduleExecution
from services.scheduler.breaker import orders
from services.scheduler.history import note_schedule
from services.scheduler.repository import locked_schedule, open_execution
from services.scheduler.rows import circuit_of, store_circuit
from services.scheduler.schedules.check import check_params
from services.scheduler.schedules.definition import definition_of
from services.scheduler.schedules.run_now import add_execution, still_open
from services.scheduler.topics import execution_subject


def retry_execution(
    database: Database, actor: Actor, execution_id: str, params: Mapping[str, Any] | None = None
) -> ScheduleExecution:
    """Make another execution as run now does, and say whose retry it is.

    What the first one became goes on, unless ``params`` are given: then it begins from nothing.
    Raises Conflict for one that is open or succeeded, ExecutionOpen while another one is open.
    """
    with database.write() as unit:
        old = require_editable(
            unit.session, ScheduleExecution, execution_id, actor, what="Execution"
        )
        return retry_in(unit, actor, old, params)


def retry_in(
    unit: UnitOfWork,
    actor: Actor,
    old: ScheduleExecution,
    params: Mapping[str, Any] | None = None,
) -> ScheduleExecution:
    """Retry an execution in the caller's transaction; raises as ``retry_execution``."""
    if old.state in (*OPEN_STATES, states.SUCCEEDED):
        raise Conflict(f"Execution {old.id} is {old.state}: only what ended badly is retried.")
    row = locked_schedule(unit.session, old.schedule_id)
    busy = open_execution(unit.session, row.id)
    if busy is not None:
        raise still_open(busy)
    if params is not None:
        definition = replace(definition_of(row), params=params)
        check_params(unit.session, actor, definition)
    at = now()
    circuit, execution = orders.run_now(circuit_of(row), at, has_open=False)
    store_circuit(row, circuit)
    created = add_execution(unit, row, execution, "retry")
    created.retry_of = old.id
    created.params = old.params if params is None else dict(params)
    created.subject = old.subject if params is None else None
    created.result = old.result if params is None else None
    note_schedule(
        unit, row, "job_scheduled", at, actor=actor, execution=created, data={"source": "retry"}
    )
    record(unit, actor, "execution_retried", execution_subject(old.id), {"by": created.id})
    return created
