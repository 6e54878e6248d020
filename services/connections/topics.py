"""How connections are called by jobs and the audit log."""

from app.topics import id_of, name_of

KIND = "connection"
CHECK_KIND = "connection_check"  # of jobs: a check and a refresh may wait beside each other


def subject_of(connection_id: int) -> str:
    """Return what refreshes and the audit log call a connection."""
    return name_of(KIND, connection_id)


def connection_id_of(name: str) -> int:
    """Return the id that ``subject_of`` named; raises ValueError for others."""
    return id_of(KIND, name)


def check_subject_of(connection_id: int) -> str:
    """Return what checks call a connection."""
    return name_of(CHECK_KIND, connection_id)


def checked_connection(name: str) -> int:
    """Return the id that ``check_subject_of`` named; raises ValueError for others."""
    return id_of(CHECK_KIND, name)
