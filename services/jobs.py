"""Who follows the jobs of which kind: the one list that web, workers and clock share."""

from app.jobs.engine import JobObserver
from services.imports.job_sync import follow_import
from services.runs.job_sync import follow_job

OBSERVERS: dict[str, JobObserver] = {
    "train_run": follow_job,
    "logged_run": follow_job,
    "import_runs": follow_import,
}
