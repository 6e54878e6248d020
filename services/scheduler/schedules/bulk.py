"""Orders to many schedules at once: named by id, or all that a list would show."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.auth.access import require_editable, require_member
from app.auth.actor import Actor
from app.clock import now
from app.db.uow import UnitOfWork
from app.jobs.engine import JobEngine
from app.models.schedule import Schedule
from services.scheduler.bulk import BulkAnswer, in_portions, own_only
from services.scheduler.schedules.archive import archive_in
from services.scheduler.schedules.lifecycle import pause_in, reset_in, resume_in
from services.scheduler.schedules.list import matching
from services.scheduler.schedules.run_now import run_now_in
from services.scheduler.schedules.types import ScheduleQuery
from services.scheduler.schedules.update import editable_schedule

UNDONE_BY = {"pause": "resume", "resume": "pause"}


@dataclass(frozen=True, kw_only=True)
class ScheduleOrder:
    """What to do with which schedules: those of ``ids``, else all that match ``query``."""

    action: str
    ids: Sequence[int] | None
    query: ScheduleQuery
    dry_run: bool
    reason: str | None = None
    until: datetime | None = None


Handler = Callable[[JobEngine, UnitOfWork, Actor, Schedule, ScheduleOrder], object]
HANDLERS: Mapping[str, Handler] = {
    "pause": lambda _, unit, actor, row, order: pause_in(
        unit, actor, row, order.reason, order.until
    ),
    "resume": lambda _, unit, actor, row, __: resume_in(unit, actor, row, now()),
    "reset": lambda _, unit, actor, row, __: reset_in(unit, actor, row),
    "run_now": lambda _, unit, actor, row, __: run_now_in(unit, actor, row),
    "archive": lambda engine, unit, actor, row, __: archive_in(engine, unit, actor, row),
}


def order_schedules(engine: JobEngine, actor: Actor, order: ScheduleOrder) -> BulkAnswer:
    """Give an order to schedules; those of others and those that cannot take it stay."""
    require_member(actor)
    with engine.database.read() as session:
        ids = _ids(session, actor, order)
    answer = BulkAnswer(action=order.action, dry_run=order.dry_run, matched=len(ids))
    handler = HANDLERS[order.action]

    def change(unit: UnitOfWork, number: int) -> None:
        if order.action == "archive":  # it locks jobs, and jobs are locked before their schedules
            row = require_editable(unit.session, Schedule, number, actor, what="Schedule")
        else:
            row = editable_schedule(unit, actor, number)
        handler(engine, unit, actor, row, order)

    in_portions(engine, ids, change, answer)
    answer.undo = _undo(order, answer.changed)
    return answer


def _ids(session: Session, actor: Actor, order: ScheduleOrder) -> Sequence[int]:
    if order.ids is not None:
        return sorted(set(order.ids))
    mine = matching(actor, order.query).where(own_only(actor, Schedule)).order_by(Schedule.id)
    return session.scalars(mine.with_only_columns(Schedule.id)).all()


def _undo(order: ScheduleOrder, changed: Sequence[int]) -> dict[str, Any] | None:
    """Return the order that takes this one back; what ran or was archived stays so."""
    action = UNDONE_BY.get(order.action)
    if action is None or order.dry_run or not changed:
        return None
    return {"action": action, "ids": list(changed), "dry_run": False}
