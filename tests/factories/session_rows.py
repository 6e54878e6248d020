"""Rows of forecasting sessions without what it takes to make real ones."""

from hashlib import sha256
from typing import Any
from uuid import uuid4

from app.clock import now
from app.models.forecasting import ForecastSession, SessionFile
from app.resources import Resources

CONTENT = b"UTC;load\n2024-01-01 00:00:00;1\n2024-01-01 01:00:00;2\n"


def make_session_row(
    resources: Resources, owner_id: int, visibility: str = "private", **values: Any
) -> tuple[str, str]:
    """Write a session with one input and its bytes; return the ids of both on the wire."""
    defaults = {"uuid": str(uuid4()), "wire_id": f"session_{uuid4()}"}
    at = {"created_at": now(), "updated_at": now()}
    row = ForecastSession(owner_id=owner_id, visibility=visibility, **(defaults | at | values))
    key = f"sessions/{uuid4()}"
    resources.store.put(key, CONTENT)
    with resources.database.write() as unit:
        unit.session.add(row)
        unit.session.flush()
        file = SessionFile(
            uuid=str(uuid4()),
            session_id=row.id,
            direction="input",
            file_name="load.csv",
            label="load",
            position=0,
            status="ready",
            fields={"datenpunkte": 2},
            object_key=key,
            size_bytes=len(CONTENT),
            sha256=sha256(CONTENT).hexdigest(),
            **at,
        )
        unit.session.add(file)
    return row.wire_id, file.uuid
