"""The jobs of benchmarks: a number in, one use case out."""

from app.resources import Resources
from services.benchmarks.warm_up.job_sync import warmed_run
from services.benchmarks.warm_up.perform import perform_warm_up
from workers.attempt import Attempt


def warm_up(attempt: Attempt, resources: Resources) -> None:
    """Compute every table of the run that the job is about."""
    perform_warm_up(warmed_run(attempt.claim.subject), attempt, resources.database)
