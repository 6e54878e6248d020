"""Finalizing a session: its settings are said, its files are there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from services.forecasting.files.list import files_of
from services.forecasting.resolve import editable_session
from services.forecasting.topics import subject_of
from services.forecasting.update import apply_settings
from services.forecasting.uploads.incomplete import refuse_incomplete


@dataclass(frozen=True, kw_only=True)
class FinalizedSession:
    """``n_dat`` is the sum of the rows of all files, as the contract has it at this step."""

    wire_id: str
    n_dat: int
    file_count: int


def finalize_session(
    database: Database, actor: Actor, wire_id: object, settings: Mapping[str, Any]
) -> FinalizedSession:
    """Apply ``settings`` and mark the session as finalized; doing so again changes nothing.

    An empty object says nothing: what was saved before stays. Raises UploadsIncomplete, naming what
    is missing, while files of it are on their way.
    """
    with database.write() as unit:
        row = editable_session(unit.session, actor, wire_id)
        refuse_incomplete(unit.session, row)
        apply_settings(row, {name: given for name, given in settings.items() if given != {}})
        files = files_of(unit.session, row)
        row.finalized_at = row.finalized_at or now()
        row.updated_at = now()
        record(unit, actor, "session_changed", subject_of(row.id), {"finalized": True})
    rows = sum(int(file.fields.get("datenpunkte") or 0) for file in files)
    return FinalizedSession(wire_id=row.wire_id, n_dat=rows, file_count=len(files))
