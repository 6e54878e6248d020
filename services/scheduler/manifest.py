"""What the scheduler brings to the platform."""

from app.domains import HOUR, Domain, JobKind, PeriodicTask, TopicKind
from app.jobs.queues import IO
from app.models.schedule import Schedule
from services.scheduler import live
from services.scheduler.dispatch.begin import WORK
from services.scheduler.dispatch.follow import follow_attempt
from services.scheduler.dispatch.lateness import note_lateness
from services.scheduler.dispatch.tick import PERIOD_S, tick
from services.scheduler.dispatch.zones_renewed import renew_times
from services.scheduler.job_sync import follow_nothing
from services.scheduler.needs import late_executions
from services.scheduler.topics import KIND
from services.scheduler.upkeep import RETENTION_SWEEP

DOMAIN = Domain(
    name="scheduler",
    jobs=(
        JobKind(
            name=WORK,
            queue=IO,
            observer=follow_nothing,
            handler="workers.scheduler:perform_scheduled",
        ),
    ),
    followers=(follow_attempt,),
    events=(live,),
    topics=(TopicKind(kind=KIND, model=Schedule),),
    tasks=(
        PeriodicTask(seconds=PERIOD_S, run=lambda it: tick(it.database), punctual=True),
        PeriodicTask(seconds=15, run=lambda it: note_lateness(it.database)),
        PeriodicTask(seconds=HOUR, run=lambda it: renew_times(it.database)),
    ),
    schedule_kinds=(RETENTION_SWEEP,),
    audit_actions=(
        "schedule_created",
        "schedule_changed",
        "schedule_paused",
        "schedule_resumed",
        "schedule_reset",
        "schedule_archived",
        "schedule_run_now",
        "schedule_backfilled",
        "execution_cancelled",
        "execution_retried",
        "schedule_events_cleaned",
    ),
    pages=("schedules", "schedules/new", "schedules/events"),
    object_pages=("schedules",),
    needs=(late_executions,),
)
