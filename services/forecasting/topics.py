"""How sessions are called by jobs, topics and the audit log."""

from app.topics import id_of, name_of

KIND = "forecast_session"


def subject_of(session_id: int) -> str:
    """Return what jobs, topics and the audit log call a session."""
    return name_of(KIND, session_id)


def session_id_of(name: str) -> int:
    """Return the id of the session that ``subject_of`` named; raises ValueError for others."""
    return id_of(KIND, name)
