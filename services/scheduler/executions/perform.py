"""One attempt of an execution whose kind is a function: called, and its result kept."""

from collections.abc import Callable
from typing import Any, NamedTuple

from app.db.engine import Database
from app.jobs import states
from app.models.schedule import Schedule, ScheduleExecution
from app.settings import Settings
from app.storage import ObjectStore
from services.runs.training.ports import FencedAttempt
from services.scheduler.codes.errors import ConfigMissing
from services.scheduler.dispatch.begin import actor_of
from services.scheduler.dispatch.steps import noted
from services.scheduler.kinds.registry import all_kinds
from services.scheduler.kinds.types import Params, WorkContext

Call = Callable[[str, WorkContext, Params], dict[str, Any] | None]


class WorkParts(NamedTuple):
    """What functions of kinds work on."""

    database: Database
    store: ObjectStore
    settings: Settings


def perform_execution(
    execution_id: int, attempt: FencedAttempt, parts: WorkParts, call: Call
) -> None:
    """Call the function of the kind; its result and the end of the job are one commit.

    One that returns None was stopped before it was done. Raises what the function raises, which
    fails the attempt with its code, and ConfigMissing where the kind is not declared any more.
    """
    with parts.database.read() as session:
        execution = session.get_one(ScheduleExecution, execution_id)
        schedule = session.get_one(Schedule, execution.schedule_id)
        actor = actor_of(session, execution.owner_id)
    kind = all_kinds().get(execution.kind)
    if kind is None or kind.run is None:
        raise ConfigMissing(f"No worker knows the kind '{execution.kind}' any more.")
    context = WorkContext(
        actor=actor,
        attempt=attempt,
        database=parts.database,
        store=parts.store,
        settings=parts.settings,
        execution_id=execution.id,
        scheduled_for=execution.scheduled_for,
        done=execution.result or {},
    )
    result = call(kind.run, context, execution.params or schedule.params)
    with attempt.write() as unit:
        row = unit.session.get_one(ScheduleExecution, execution_id)
        row.result = result if kind.next_step is None else noted(row, result)
        unit.session.flush()
        attempt.finish(unit, states.CANCELLED if result is None else states.SUCCEEDED)
