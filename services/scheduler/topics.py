"""How schedules are called by topics and the audit log, and which topics their lists follow."""

from app.db.uow import UnitOfWork
from app.models.schedule import Schedule, ScheduleExecution
from app.topics import id_of, name_of
from services.scheduler.live import ExecutionChanged, ScheduleChanged

KIND = "schedule"
EXECUTION = "schedule_execution"


def schedule_subject(schedule_id: int) -> str:
    """Return what topics and the audit log call a schedule."""
    return name_of(KIND, schedule_id)


def execution_subject(execution_id: int) -> str:
    """Return what jobs and the audit log call an execution."""
    return name_of(EXECUTION, execution_id)


def execution_id_of(name: str) -> int:
    """Return the id that ``execution_subject`` named; raises ValueError for another name."""
    return id_of(EXECUTION, name)


def list_topics(owner_id: int, visibility: str) -> tuple[str, ...]:
    """Return the topics of the lists of all who may see it."""
    return ("team",) if visibility == "team" else (f"user:{owner_id}", "admins")


def publish_schedule(unit: UnitOfWork, row: Schedule) -> None:
    """Publish the state of a schedule on its topic and on the lists that show it."""
    following = None if row.next_run_at is None else row.next_run_at.isoformat()
    event = ScheduleChanged(
        schedule_id=row.id, state=row.state, next_run_at=following, version=row.version
    )
    for topic in (schedule_subject(row.id), *list_topics(row.owner_id, row.visibility)):
        unit.publish(topic, event)


def publish_execution(unit: UnitOfWork, row: ScheduleExecution) -> None:
    """Publish the state of an execution on its schedule's topic and on the lists."""
    event = ExecutionChanged(
        schedule_id=row.schedule_id, execution_id=row.id, state=row.state, attempt=row.attempt
    )
    for topic in (schedule_subject(row.schedule_id), *list_topics(row.owner_id, row.visibility)):
        unit.publish(topic, event)
