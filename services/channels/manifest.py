"""What channels bring to the platform."""

from app.domains import HOUR, Domain, JobKind, PeriodicTask
from app.jobs.queues import IO
from app.later import later
from services.channels.job_sync import SEND_JOB, follow_sending

CALL_SECONDS = 5.0
call_sender = later("services.channels.upkeep:call_sender")
sweep_deliveries = later("services.channels.upkeep:sweep_deliveries")

DOMAIN = Domain(
    name="channels",
    jobs=(
        JobKind(
            name=SEND_JOB,
            queue=IO,
            observer=follow_sending,
            handler="workers.channels:send_messages",
        ),
    ),
    tasks=(
        PeriodicTask(seconds=CALL_SECONDS, run=lambda it: call_sender(it.database), punctual=True),
        PeriodicTask(seconds=HOUR, run=lambda it: sweep_deliveries(it.database)),
    ),
    audit_actions=(
        "channel_changed",
        "channel_created",
        "channel_deleted",
        "channel_retried",
        "channel_secret_renewed",
        "channel_tested",
    ),
    pages=("channels",),
)
