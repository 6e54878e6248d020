"""How benchmark runs are called by jobs, topics and the audit log."""

from app.topics import id_of, name_of

KIND = "benchmark_run"


def subject_of(run_id: int) -> str:
    """Return what jobs, topics and the audit log call a benchmark run."""
    return name_of(KIND, run_id)


def benchmark_id_of(name: str) -> int:
    """Return the id of the run that ``subject_of`` named; raises ValueError for others."""
    return id_of(KIND, name)
