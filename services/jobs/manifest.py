"""What the list of all jobs brings to the platform."""

from app.domains import Domain
from services.jobs import live
from services.jobs.live import publish_job

DOMAIN = Domain(
    name="jobs",
    followers=(publish_job,),
    events=(live,),
    audit_actions=("job_cancelled",),
    pages=("jobs",),
)
