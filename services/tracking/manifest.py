"""What tracking brings to the platform: compact series."""

from app.domains import HOUR, Domain, PeriodicTask
from app.later import later

compact_series = later("services.tracking.metrics.join_blocks:compact_series")
forget_old_batches = later("services.tracking.metrics.join_blocks:forget_old_batches")

DOMAIN = Domain(
    name="tracking",
    tasks=(
        PeriodicTask(seconds=30, run=lambda it: compact_series(it.database)),
        PeriodicTask(seconds=HOUR, run=lambda it: forget_old_batches(it.database)),
    ),
)
