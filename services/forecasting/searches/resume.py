"""Resuming a search: its stopped trials go on, each from its last finished epoch."""

from app.auth.actor import Actor
from app.auth.audit import record
from app.db.engine import Database
from app.errors import Conflict
from app.jobs.engine import newest_job
from services.forecasting.busy import require_idle
from services.forecasting.models.trials import PRUNED, STOPPED
from services.forecasting.resolve import editable_session
from services.forecasting.searches.rows import Row, find_search, trials_of
from services.forecasting.topics import subject_of
from services.forecasting.training.follow import announce_on_session
from services.forecasting.training.quota import NO_LIMITS, TrainingLimits, require_quota
from services.runs.resume import queue_again
from services.runs.topics import subject_of as run_subject


def resume_search(
    database: Database,
    actor: Actor,
    wire_id: object,
    search_id: int | None,
    limits: TrainingLimits = NO_LIMITS,
) -> int:
    """Queue the trials that were stopped again; return how many.

    Pruned and failed ones stay as they are. Raises SearchNotFound, TrainingInProgress, Conflict
    where nothing was stopped or the best is a model of the session already, and what the limits
    say of that many trainings.
    """
    with database.write() as unit:
        session = editable_session(unit.session, actor, wire_id)
        search = find_search(unit.session, session, search_id)
        require_idle(unit.session, session)
        if search.kept_run_id is not None:
            reason = f"The best of search {search.id} is a model already: start another search."
            raise Conflict(reason)
        stopped = [row for row in trials_of(unit.session, search.id) if _is_stopped(row)]
        if not stopped:
            raise Conflict(f"No trial of search {search.id} was stopped.")
        require_quota(unit.session, actor, len(stopped), limits)
        for trial, run in stopped:
            previous = newest_job(unit.session, run_subject(run.id), lock=True)
            if previous is not None:
                trial.outcome = trial.value = None
                announce_on_session(unit, run, queue_again(unit, run, previous))
        detail = {"search_resumed": search.id, "trials": len(stopped)}
        record(unit, actor, "session_changed", subject_of(session.id), detail)
    return len(stopped)


def _is_stopped(row: Row) -> bool:
    trial, run = row
    return trial.outcome == STOPPED or (run.status == "cancelled" and trial.outcome != PRUNED)
