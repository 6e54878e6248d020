"""How benchmark runs are called by jobs, topics and the audit log."""

from app.topics import id_of, name_of

KIND = "benchmark_run"
MODEL_KIND = "benchmark_model"


def subject_of(run_id: int) -> str:
    """Return what jobs, topics and the audit log call a benchmark run."""
    return name_of(KIND, run_id)


def benchmark_id_of(name: str) -> int:
    """Return the id of the run that ``subject_of`` named; raises ValueError for others."""
    return id_of(KIND, name)


def model_subject_of(model_id: int) -> str:
    """Return what the audit log calls a model."""
    return name_of(MODEL_KIND, model_id)
