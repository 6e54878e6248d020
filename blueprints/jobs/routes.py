"""All jobs: listed, explained, cancelled and retried."""

from typing import Any

from app.health import known_workers
from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, creates, fails, query, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.jobs import bodies
from blueprints.jobs import schemas as say
from services.jobs.bulk import JobOrder, order_jobs
from services.jobs.list import list_jobs
from services.jobs.read import read_job
from services.jobs.suggest import suggest_values
from services.jobs.types import JobDetail, JobPage
from services.scheduler.bulk import BulkAnswer

jobs = ApiBlueprint("jobs", __name__, url_prefix="/api/jobs")


@jobs.get("")
@query(bodies.JobListQuery())
@returns(say.JobPageView())
def get_jobs(query: dict[str, Any]) -> JobPage:
    """List your jobs of all domains, the newest first; admins see all."""
    parts = resources()
    return list_jobs(parts.database, current_actor(), **query, workers=known_workers(parts))


@jobs.get("/suggest")
@query(bodies.JobSuggestQuery())
@returns(say.JobSuggestionsView())
def get_job_suggestions(query: dict[str, Any]) -> dict[str, Any]:
    """List values that a filter of the list of jobs takes."""
    return {"items": suggest_values(resources().database, current_actor(), **query)}


@jobs.post("/bulk")
@creates
@body(bodies.JobOrderBody())
@returns(say.JobBulkView())
def post_job_bulk(body: JobOrder) -> BulkAnswer:
    """Cancel or retry many jobs; by default only say what would be."""
    parts = resources()
    return order_jobs(parts.jobs, parts.settings, current_actor(), body)


@jobs.get("/<job_id>")
@returns(say.JobDetailView())
@fails({404: "There is no such job among yours."})
def get_job(job_id: str) -> JobDetail:
    """Show a job: its attempts, what happened when, its parameters, and why it waits."""
    parts = resources()
    return read_job(parts.database, current_actor(), job_id, known_workers(parts))
