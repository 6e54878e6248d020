"""What tracking brings to the platform: runs that other programs train, and compact series."""

from app.domains import HOUR, Domain, JobKind, PeriodicTask
from services.runs.job_sync import follow_job
from services.tracking.external.heartbeat import JOB_KIND
from services.tracking.metrics.join_blocks import compact_series, forget_old_batches

DOMAIN = Domain(
    name="tracking",
    jobs=(JobKind(name=JOB_KIND, observer=follow_job),),
    tasks=(
        PeriodicTask(seconds=30, run=lambda it: compact_series(it.database)),
        PeriodicTask(seconds=HOUR, run=lambda it: forget_old_batches(it.database)),
    ),
)
