"""Deleting runs for good: rows first, in one commit, and their objects after it.

A crash in between leaves objects that no row points at; the sweep finds them (``sweep.py``).
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.auth.access import require_editable
from app.auth.actor import Actor
from app.auth.audit import record
from app.db.engine import Database
from app.errors import Conflict, NotFound
from app.jobs import states
from app.models.event import EventRow, Topic
from app.models.job import Job
from app.models.retired import retire_ids
from app.models.run import UNFINISHED, Artifact, Run
from app.storage import ObjectStore, StorageUnavailable
from services.runs.notifications import notify_deleted
from services.runs.spent import keep_spent
from services.runs.topics import subject_of


def delete_run(database: Database, store: ObjectStore, actor: Actor, run_id: str) -> None:
    """Delete the run with everything that belongs to it.

    Raises Conflict while it is live.
    """
    with database.write() as unit:
        run = require_editable(unit.session, Run, run_id, actor)
        state = live_states(unit.session, [run]).get(run.id)
        if state is not None:
            raise Conflict(f"Run {run.id} is {state}: stop it first, then delete it.")
        notify_deleted(unit, run)
        if not delete_rows(unit.session, [run.id]):
            raise NotFound(f"Run {run.id} not found")  # somebody else was quicker
        detail = {"name": run.name, "owner_id": run.owner_id, "origin": run.origin}
        record(unit, actor, "run_deleted", subject_of(run.id), detail)
    delete_objects(store, [run.id])


def live_states(session: Session, runs: Sequence[Run]) -> dict[int, str]:
    """Return how far each run is that is not over, whoever trains it."""
    unfinished = {run.id: run.status for run in runs if run.status in UNFINISHED}
    known = unfinished | live_jobs(session, runs)
    return {number: state.replace("_", " ") for number, state in known.items()}


def live_jobs(session: Session, runs: Iterable[Run]) -> dict[int, str]:
    """Return the state of each run's job that is not over, and keep it locked until the commit."""
    subjects = {subject_of(run.id): run.id for run in runs}
    jobs = session.scalars(
        select(Job)
        .where(Job.subject.in_(subjects), Job.state.not_in(states.TERMINAL))
        .order_by(Job.id)
        .with_for_update()
    )
    return {subjects[job.subject]: job.state for job in jobs}


def delete_rows(session: Session, run_ids: Sequence[int]) -> int:
    """Delete runs with their jobs and events, and return how many runs were there.

    What belongs to a run goes with its row, by the foreign keys. What it took stays counted.
    """
    names = [subject_of(run_id) for run_id in run_ids]
    _lock(session, names, run_ids)
    keep_spent(session, run_ids)
    session.execute(delete(EventRow).where(EventRow.topic.in_(names)))
    session.execute(delete(Topic).where(Topic.name.in_(names)))
    session.execute(delete(Job).where(Job.subject.in_(names)))
    gone = session.execute(
        delete(Run).where(Run.id.in_(run_ids)).returning(Run.id),
        execution_options={"synchronize_session": False},
    ).all()
    retire_ids(session, Run.__tablename__, max(run_ids))
    return len(gone)


def _lock(session: Session, names: Sequence[str], run_ids: Sequence[int]) -> None:
    """Lock jobs, then runs: topics come last, as for everybody who writes to a run."""
    jobs = select(Job.id).where(Job.subject.in_(names)).order_by(Job.id)
    runs = select(Run.id).where(Run.id.in_(run_ids)).order_by(Run.id)
    for query in (jobs, runs):
        session.execute(query.with_for_update()).all()


def that_keep_objects(session: Session, run_ids: Sequence[int]) -> list[int]:
    """Return the runs that may have objects: those that a worker had or that have a file."""
    names = {subject_of(run_id): run_id for run_id in run_ids}
    worked = session.scalars(select(Job.subject).where(Job.subject.in_(names)).distinct())
    filed = session.scalars(select(Artifact.run_id).where(Artifact.run_id.in_(run_ids)).distinct())
    return sorted({names[name] for name in worked} | set(filed))


def delete_objects(store: ObjectStore, run_ids: Iterable[int]) -> None:
    """Delete what the runs kept; a store that is away leaves it to the sweep."""
    try:
        for run_id in run_ids:
            for entry in list(store.list(f"runs/{run_id}/")):
                store.delete(entry.key)
    except StorageUnavailable:
        return
