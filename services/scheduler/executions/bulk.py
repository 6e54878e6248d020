"""Cancelling or retrying many executions at once: named by id, or all that a list would show."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.auth.access import require_editable, require_member
from app.auth.actor import Actor
from app.auth.audit import record
from app.db.uow import UnitOfWork
from app.jobs.engine import JobEngine
from app.models.schedule import ScheduleExecution
from services.scheduler.bulk import BulkAnswer, in_portions, own_only
from services.scheduler.executions.cancel import stop_execution
from services.scheduler.executions.list import matching_executions
from services.scheduler.executions.retry import retry_in
from services.scheduler.executions.types import ExecutionQuery
from services.scheduler.topics import execution_subject


@dataclass(frozen=True, kw_only=True)
class ExecutionOrder:
    """What to do (cancel or retry) with those of ``ids``, else all that match ``query``."""

    action: str
    ids: Sequence[int] | None
    query: ExecutionQuery
    dry_run: bool


def order_executions(engine: JobEngine, actor: Actor, order: ExecutionOrder) -> BulkAnswer:
    """Cancel or retry executions; those of others and those that cannot be stay as they are."""
    require_member(actor)
    with engine.database.read() as session:
        ids = _ids(session, actor, order)

    def change(unit: UnitOfWork, number: int) -> None:
        row = require_editable(unit.session, ScheduleExecution, number, actor, what="Execution")
        if order.action == "retry":
            retry_in(unit, actor, row)
            return
        stop_execution(engine, unit, row)
        record(unit, actor, "execution_cancelled", execution_subject(row.id))

    answer = BulkAnswer(action=order.action, dry_run=order.dry_run, matched=len(ids))
    return in_portions(engine, ids, change, answer)


def _ids(session: Session, actor: Actor, order: ExecutionOrder) -> Sequence[int]:
    if order.ids is not None:
        return sorted(set(order.ids))
    mine = matching_executions(actor, order.query).where(own_only(actor, ScheduleExecution))
    query = mine.with_only_columns(ScheduleExecution.id).order_by(ScheduleExecution.id.desc())
    return session.scalars(query).all()
