"""What the scheduler brings to the platform."""

from app.domains import HOUR, Domain, JobKind, PeriodicTask, TopicKind
from app.jobs.queues import IO
from app.later import later
from app.models.schedule import Schedule
from services.scheduler import live
from services.scheduler.dispatch import PERIOD_S, ROLL_UP_S, WRITE_S
from services.scheduler.job_sync import WORK, follow_nothing
from services.scheduler.needs import late_executions
from services.scheduler.platform_kinds import PLATFORM_KINDS
from services.scheduler.topics import KIND
from services.scheduler.upkeep import RETENTION_SWEEP

follow_attempt = later("services.scheduler.dispatch.follow:follow_attempt")
look = later("services.scheduler.dispatch.looks:look")
next_due = later("services.scheduler.dispatch.due:next_due")
write_looks = later("services.scheduler.dispatch.looks:write_looks")
stop_looks = later("services.scheduler.dispatch.looks:stop_looks")
count_hours = later("services.scheduler.totals.counted:count_hours")
roll_up = later("services.scheduler.totals.rebuild:roll_up")
note_lateness = later("services.scheduler.dispatch.lateness:note_lateness")
renew_times = later("services.scheduler.dispatch.zones_renewed:renew_times")

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
        PeriodicTask(
            seconds=PERIOD_S,
            run=lambda it: look(it.database, it.settings),
            punctual=True,
            next_at=lambda it: next_due(it.database),
        ),
        PeriodicTask(seconds=WRITE_S, run=lambda it: write_looks(it.database), punctual=True),
        PeriodicTask(seconds=15, run=lambda it: note_lateness(it.database)),
        PeriodicTask(seconds=HOUR, run=lambda it: renew_times(it.database)),
        PeriodicTask(seconds=ROLL_UP_S, run=lambda it: roll_up(it.database)),
        PeriodicTask(seconds=ROLL_UP_S, run=lambda it: count_hours(it.database)),
    ),
    endings=(lambda it: stop_looks(it.database),),
    schedule_kinds=(RETENTION_SWEEP, *PLATFORM_KINDS),
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
        "schedule_file_applied",
    ),
    pages=("schedules", "schedules/new", "schedules/events"),
    object_pages=("schedules",),
    needs=(late_executions,),
    measures=("services.scheduler.measures:scheduler_measures",),
)
