"""How attribute generations are called by jobs, topics and the audit log."""

from app.topics import id_of, name_of

KIND = "attribute_generation"


def generation_subject(generation_id: int) -> str:
    """Return what jobs, topics and the audit log call an attribute generation."""
    return name_of(KIND, generation_id)


def generation_id_of(name: str) -> int:
    """Return the id that ``generation_subject`` named; raises ValueError for others."""
    return id_of(KIND, name)
