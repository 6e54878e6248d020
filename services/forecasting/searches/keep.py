"""Keeping the best trial of a search: it becomes a model of its session, and is measured."""

from app.auth.actor import Actor
from app.auth.audit import record
from app.db.engine import Database
from app.errors import Conflict
from app.jobs.engine import newest_job
from app.models.run import UNFINISHED
from services.forecasting.busy import require_idle
from services.forecasting.domain import progress as scale
from services.forecasting.resolve import editable_session
from services.forecasting.topics import subject_of
from services.forecasting.training.follow import MEASURE_JOB_KIND, announce_on_session
from services.forecasting.training.quota import NO_LIMITS, TrainingLimits, require_quota
from services.runs.resume import queue_again
from services.runs.topics import subject_of as run_subject


def keep_best(
    database: Database,
    actor: Actor,
    wire_id: object,
    search_id: int | None,
    limits: TrainingLimits = NO_LIMITS,
) -> int:
    """Make the best trial a model of the session and queue its measuring; return its run.

    The best is chosen by validation rows, and only it ever meets test rows. Raises
    SearchNotFound, Conflict where the search goes on, has no model, or its best is kept already,
    and what the limits say of one more training.
    """
    from services.forecasting.searches.rows import best_of, find_search, trials_of

    with database.write() as unit:
        session = editable_session(unit.session, actor, wire_id)
        search = find_search(unit.session, session, search_id)
        rows = trials_of(unit.session, search.id)
        if search.kept_run_id is not None:
            raise Conflict(f"The best of search {search.id} is kept already.")
        if any(run.status in UNFINISHED for _, run in rows):
            reason = f"Search {search.id} still goes on: wait for it, or stop it first."
            raise Conflict(reason)
        best = best_of(rows)
        previous = best and newest_job(unit.session, run_subject(best[1].id), lock=True)
        if best is None or previous is None:
            raise Conflict(f"No trial of search {search.id} has a model.")
        require_idle(unit.session, session)
        require_quota(unit.session, actor, 1, limits)
        run = best[1]
        search.kept_run_id = run.id
        job = queue_again(unit, run, previous, MEASURE_JOB_KIND)
        job.progress = scale.TRAINED.percent / 100
        announce_on_session(unit, run, job)
        detail = {"search_kept": search.id, "run": run.id}
        record(unit, actor, "session_changed", subject_of(session.id), detail)
    return run.id
