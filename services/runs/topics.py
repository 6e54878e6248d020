"""How runs are called by jobs, topics and the audit log, and which topics lists follow."""

from app.models.run import Run
from app.topics import id_of, name_of

KIND = "run"


def subject_of(run_id: int) -> str:
    """Return what jobs and the audit log call a run."""
    return name_of(KIND, run_id)


def run_topic(run_id: int) -> str:
    """Return the topic of one run."""
    return name_of(KIND, run_id)


def run_id_of(name: str) -> int:
    """Return the id of the run that ``subject_of`` named; raises ValueError for another name."""
    return id_of(KIND, name)


def list_topics(run: Run) -> tuple[str, ...]:
    """Return the topics of the lists that show ``run``: those of all who may see it."""
    return ("team",) if run.visibility == "team" else (f"user:{run.owner_id}", "admins")
