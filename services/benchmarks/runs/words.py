"""The contract's words for the states of the job engine."""

from app.jobs import states
from services.benchmarks.runs.types import RunCounts

UNKNOWN = "unknown"
WORDS = {
    states.QUEUED: "queued",
    states.STARTING: "running",
    states.RUNNING: "running",
    states.STOPPING: "cancelling",
    states.CANCELLED: "cancelled",
    states.FAILED: "failed",
    states.LOST: "running",
    states.SUCCEEDED: "done",
}
STATUSES = ("queued", "running", "cancelling", "cancelled", "failed", "partial", "done", UNKNOWN)


def status_word(state: str | None, counts: RunCounts) -> str:
    """Return the contract's word; ``partial`` is a run that ended with items that failed."""
    if state is None:
        return UNKNOWN
    if state == states.SUCCEEDED and counts.missing:
        return "partial"
    return WORDS[state]
