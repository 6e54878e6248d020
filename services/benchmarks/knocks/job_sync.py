"""The job of a knock: it is about the server of a model, and nobody follows it but who waits."""

from app.topics import id_of, name_of

JOB_KIND = "knock_at_model"
KIND = "benchmark_knock"


def knock_of(model_id: int) -> str:
    """Return what jobs call a knock at the server of a model."""
    return name_of(KIND, model_id)


def knocked_model(name: str) -> int:
    """Return the id of the model that ``knock_of`` named; raises ValueError for others."""
    return id_of(KIND, name)
