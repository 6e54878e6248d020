"""Stopping a run: at once when nobody works on it yet, else at its next batch."""

from app.auth.access import require_editable
from app.auth.actor import Actor
from app.auth.audit import record
from app.jobs.engine import JobEngine
from app.models.run import Run
from services.runs.topics import subject_of
from services.runs.types import RunState


def stop_run(engine: JobEngine, actor: Actor, run_id: str) -> RunState:
    """Ask the run to stop; the best weights so far are kept.

    Raises Conflict when the run is already finished.
    """
    with engine.database.write() as unit:
        run = require_editable(unit.session, Run, run_id, actor)
        job = engine.request_stop(unit, subject_of(run.id))
        record(unit, actor, "run_stopped", subject_of(run.id))
        return RunState.of(run, job)
