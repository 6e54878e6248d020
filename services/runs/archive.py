"""Putting a run out of sight and back: its data is kept."""

from app.auth.access import require_editable
from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.models.run import Run
from services.runs.external.access import lock_run
from services.runs.notifications import notify_lists
from services.runs.statements import newest_jobs
from services.runs.topics import subject_of
from services.runs.types import RunState


def archive_run(database: Database, actor: Actor, run_id: str) -> RunState:
    """Put the run out of the lists; one that is archived already stays as it is."""
    return _put(database, actor, run_id, archived=True)


def unarchive_run(database: Database, actor: Actor, run_id: str) -> RunState:
    """Put the run back into the lists; one that is there already stays as it is."""
    return _put(database, actor, run_id, archived=False)


def _put(database: Database, actor: Actor, run_id: str, *, archived: bool) -> RunState:
    with database.write() as unit:
        run = require_editable(unit.session, Run, run_id, actor)
        lock_run(unit.session, run.id)
        job = newest_jobs(unit.session, [run.id]).get(run.id)
        if archived is not (run.archived_at is not None):
            run.archived_at = now() if archived else None
            notify_lists(unit, run)
            action = "run_archived" if archived else "run_unarchived"
            record(unit, actor, action, subject_of(run.id))
        return RunState.of(run, job)
