"""Statements about runs that several use cases share; each answers for many runs at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from app.models.job import Job
from app.models.run import Artifact, Client, Run, ServerEvaluation
from app.models.series import Series
from services.runs.topics import subject_of
from services.tracking.artifacts import TEST_PREDICTIONS

# lists leave out what only a run's own page shows
WITHOUT_DOCUMENTS = (
    defer(Run.config),
    defer(Run.manifest),
    defer(Run.checkpoint),
    defer(Run.notes),
)
LISTED_COLUMNS = tuple(
    column
    for column in Run.__table__.columns
    if column.name not in ("config", "manifest", "checkpoint", "notes")
)


def newest_jobs(session: Session, run_ids: Sequence[int]) -> dict[int, Job]:
    """Return the newest job of each run that has one."""
    subjects = {subject_of(run_id): run_id for run_id in run_ids}
    newest = select(func.max(Job.id)).where(Job.subject.in_(subjects)).group_by(Job.subject)
    jobs = session.scalars(select(Job).where(Job.id.in_(newest)))
    return {subjects[job.subject]: job for job in jobs}


def client_counts(session: Session, run_ids: Sequence[int]) -> dict[int, int]:
    """Return how many clients each run has."""
    query = (
        select(Client.run_id, func.count().label("clients"))
        .where(Client.run_id.in_(run_ids))
        .group_by(Client.run_id)
    )
    return {row.run_id: row.clients for row in session.execute(query)}


@dataclass(frozen=True, slots=True)
class SeriesSummary:
    """What lists need of one series."""

    id: int
    last: float | None
    last_step: int | None
    best: float | None


def own_series(
    session: Session, run_ids: Sequence[int], names: Sequence[str]
) -> dict[int, dict[str, SeriesSummary]]:
    """Return the summaries of the runs' own series of these names."""
    columns = (Series.id, Series.last, Series.last_step, Series.best)
    query = select(Series.run_id, Series.name, *columns).where(
        Series.run_id.in_(run_ids), Series.client == "", Series.name.in_(names)
    )
    series_by_run: dict[int, dict[str, SeriesSummary]] = {}
    for run_id, name, series_id, last, last_step, best in session.execute(query):
        summary = SeriesSummary(series_id, last, last_step, best)
        series_by_run.setdefault(run_id, {})[name] = summary
    return series_by_run


def evaluations_of(session: Session, run_id: int) -> Sequence[ServerEvaluation]:
    """Return the server evaluations of one run, round 0 first."""
    return session.scalars(
        select(ServerEvaluation)
        .where(ServerEvaluation.run_id == run_id)
        .order_by(ServerEvaluation.round_number)
    ).all()


def predictions_of(session: Session, run_ids: Sequence[int]) -> dict[int, str]:
    """Return the object with the test predictions of each run that kept them."""
    query = select(Artifact.run_id, Artifact.object_key).where(
        Artifact.run_id.in_(run_ids), Artifact.kind == TEST_PREDICTIONS
    )
    return {row.run_id: row.object_key for row in session.execute(query)}
