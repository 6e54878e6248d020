"""Skipping an execution that was made and must not begin."""

from datetime import datetime

from app.db.uow import UnitOfWork
from app.models.schedule import SKIPPED, Schedule, ScheduleExecution
from services.scheduler.counters import count_end
from services.scheduler.history import note_schedule
from services.scheduler.topics import publish_execution


def skip_execution(
    unit: UnitOfWork,
    schedule: Schedule,
    execution: ScheduleExecution,
    at: datetime,
    reason: str,
    sentence: str,
) -> None:
    """End an execution that has not begun as skipped, with its reason; the circuit stays."""
    execution.state, execution.skip_reason, execution.error = SKIPPED, reason, sentence
    execution.begin_at = execution.waits_for = None
    execution.finished_at = at
    note_schedule(unit, schedule, "job_skipped", at, execution=execution, data={"reason": reason})
    count_end(unit.session, execution)
    publish_execution(unit, execution)
