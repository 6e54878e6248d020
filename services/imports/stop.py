"""Stopping an import: the runs that it made so far stay."""

from app.auth.access import require_editable
from app.auth.actor import Actor
from app.auth.audit import record
from app.db.one_commit import after_commit
from app.jobs.engine import JobEngine
from app.models.run import UNFINISHED
from app.models.run_import import RunImport
from app.storage import ObjectStore
from services.imports.job_sync import subject_of_import


def stop_import(engine: JobEngine, store: ObjectStore, actor: Actor, import_id: str) -> RunImport:
    """Request the import to stop; raises Conflict when it is already finished."""
    with engine.database.write() as unit:
        row = require_editable(unit.session, RunImport, import_id, actor, what="Import")
        subject = subject_of_import(row.id)
        engine.request_stop(unit, subject)
        record(unit, actor, "import_stopped", subject)
    if row.status not in UNFINISHED:  # nobody works on it, so nobody else removes the file
        after_commit(lambda: store.delete(row.object_key))
    return row
