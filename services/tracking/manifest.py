"""What tracking brings to the platform: compact series."""

from app.domains import HOUR, Domain, PeriodicTask
from services.tracking.metrics.join_blocks import compact_series, forget_old_batches

DOMAIN = Domain(
    name="tracking",
    tasks=(
        PeriodicTask(seconds=30, run=lambda it: compact_series(it.database)),
        PeriodicTask(seconds=HOUR, run=lambda it: forget_old_batches(it.database)),
    ),
)
