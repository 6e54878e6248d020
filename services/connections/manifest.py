"""What connections bring to the platform."""

from app.domains import HOUR, Domain, JobKind, PeriodicTask
from app.jobs.queues import IO
from app.later import later
from services.connections.job_sync import CHECK_JOB, REFRESH_JOB, follow_connection
from services.connections.schedule import DATASET_REFRESH, RECONCILE, TOKEN_CHECK

mend_all = later("services.connections.reconcile:mend_all")
sweep_connections = later("services.connections.sweep:sweep_connections")

DOMAIN = Domain(
    name="connections",
    jobs=(
        JobKind(
            name=REFRESH_JOB,
            queue=IO,
            observer=follow_connection,
            handler="workers.connections:refresh_connection",
        ),
        JobKind(
            name=CHECK_JOB,
            queue=IO,
            observer=follow_connection,
            handler="workers.connections:check_connection",
        ),
    ),
    tasks=(
        PeriodicTask(seconds=HOUR, run=lambda it: sweep_connections(it.database)),
        PeriodicTask(seconds=HOUR, run=lambda it: mend_all(it.database)),
    ),
    audit_actions=(
        "connection_changed",
        "connection_disconnected",
        "connection_signed_in",
    ),
    schedule_kinds=(DATASET_REFRESH, TOKEN_CHECK, RECONCILE),
    pages=("connections", "connections/callback"),
    measures=("services.connections.measures:connection_measures",),
)
