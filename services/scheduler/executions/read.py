"""Reading one execution with its attempts."""

from sqlalchemy import select

from app.auth.access import require_visible
from app.auth.actor import Actor
from app.db.engine import Database
from app.models.job import Job
from app.models.schedule import ExecutionAttempt, ScheduleExecution
from services.scheduler.executions.list import execution_views
from services.scheduler.executions.types import AttemptView, ExecutionDetail


def show_execution(database: Database, actor: Actor, execution_id: str) -> ExecutionDetail:
    """Return an execution. Raises NotFound where it is not the actor's to see."""
    with database.read() as session:
        row = require_visible(session, ScheduleExecution, execution_id, actor, what="Execution")
        query = (
            select(ExecutionAttempt, Job)
            .outerjoin(Job, Job.id == ExecutionAttempt.job_id)
            .where(ExecutionAttempt.execution_id == row.id)
            .order_by(ExecutionAttempt.id)
        )
        attempts = [AttemptView(row=one, job=job) for one, job in session.execute(query)]
        return ExecutionDetail(
            execution=execution_views(session, actor, [row])[0], attempts=attempts
        )
