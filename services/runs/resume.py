"""Resuming a run: a new job of the same run, from its last finished epoch or round."""

from app.auth.access import require_editable
from app.auth.actor import Actor
from app.auth.audit import record
from app.db.engine import Database
from app.errors import Conflict
from app.jobs import states
from app.jobs.engine import newest_job
from app.models.run import Run
from services.runs.queueing import queue_training
from services.runs.repository import subject_of
from services.runs.types import RunState

RESUMABLE = (states.FAILED, states.CANCELLED)


def resume_run(database: Database, actor: Actor, run_id: str) -> RunState:
    """Queue the run again.

    Raises Conflict unless its newest job failed or was stopped.
    """
    with database.write() as unit:
        run = require_editable(unit.session, Run, run_id, actor)
        previous = newest_job(unit.session, subject_of(run.id), lock=True)
        if previous is None or previous.state not in RESUMABLE:
            state = previous.state if previous else "without a job"
            raise Conflict(f"Run {run.id} is {state}: only a failed or stopped run is resumed.")
        job = queue_training(unit, run)
        job.progress, job.checkpoint_step = previous.progress, previous.checkpoint_step
        job.attempt = previous.attempt  # counted on: each attempt at a run writes its own objects
        record(unit, actor, "run_resumed", subject_of(run.id))
    return RunState.of(run, job)
