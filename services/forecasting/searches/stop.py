"""Stopping a search: trials that wait are cancelled, those that train keep their best so far."""

from app.auth.actor import Actor
from app.auth.audit import record
from app.errors import Conflict
from app.jobs.engine import JobEngine
from services.forecasting.resolve import editable_session
from services.forecasting.searches.rows import find_search, trials_of
from services.forecasting.topics import subject_of
from services.runs.delete import live_jobs
from services.runs.topics import subject_of as run_subject


def stop_search(engine: JobEngine, actor: Actor, wire_id: object, search_id: int | None) -> int:
    """Ask every trial that is not over to stop; return how many.

    Raises SearchNotFound, and Conflict where all of them are over.
    """
    with engine.database.write() as unit:
        session = editable_session(unit.session, actor, wire_id)
        search = find_search(unit.session, session, search_id)
        runs = [run for _, run in trials_of(unit.session, search.id)]
        live = live_jobs(unit.session, runs)
        if not live:
            raise Conflict(f"Search {search.id} is already finished.")
        for run_id in live:
            engine.request_stop(unit, run_subject(run_id))
        detail = {"search_stopped": search.id, "trials": len(live)}
        record(unit, actor, "session_changed", subject_of(session.id), detail)
    return len(live)
