"""The first page: what needs a person, what runs now, what ran lately."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.auth.access import visible
from app.auth.actor import Actor
from app.clock import now
from app.db.engine import Database
from app.jobs import states
from app.models.job import Job
from app.models.run import OVER, UNFINISHED, Run, RunLog
from services.attention.domain.pace import remaining_seconds
from services.attention.items import needs_of
from services.attention.needs import Need
from services.attention.study_rows import one_per_study, studies_on_page
from services.runs.read import total_steps
from services.runs.results.domain.result import ordered_results
from services.runs.statements import newest_jobs, own_series
from services.runs.studies import StudyRow
from services.runs.summaries import RunSummary, summarise_runs
from services.search.query import ColumnsQuery
from services.tracking.domain.columns import Columns
from services.tracking.domain.pyramid import Pieces, thin
from services.tracking.metrics import columns_of, numbers

MAX_RUNNING = 20
MAX_RECENT = 20
SPARKS = ("global_accuracy", "val_acc", "val_accuracy", "global_loss", "val_loss", "train_loss")
SPARK_POINTS = 60
ALL_RESULTS = ColumnsQuery(results=None)  # what a script reports may be in no catalogue


@dataclass(frozen=True, kw_only=True)
class Sparkline:
    """The run's most informative curve, thinned."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True, kw_only=True)
class RunCard:
    """A run that waits or trains."""

    id: int
    name: str
    training_mode: str
    origin: str
    status: str
    job: Job | None
    sparkline: Sparkline | None
    eta_seconds: float | None
    last_log: str | None
    study_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Headline:
    """The first headline metric of a run's task that it was measured in, or else its first one."""

    metric: str
    value: float
    measured_on: str
    num_rows: int | None


@dataclass(frozen=True, kw_only=True)
class RecentRun:
    """A run that is over."""

    id: int
    name: str
    status: str
    training_mode: str
    job_state: str | None
    start_time: datetime
    end_time: datetime | None
    duration_seconds: float | None
    best_accuracy: float | None
    headline: Headline | None
    study_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class HomeSummary:
    """The first page; ``studies`` are those that are one row, None where nobody asked for that."""

    needs_you: Sequence[Need]
    running: Sequence[RunCard]
    recent: Sequence[RecentRun]
    studies: Sequence[StudyRow] | None = None


def show_home(
    database: Database,
    actor: Actor,
    workers: Mapping[str, int] | None,
    *,
    group_studies: bool = False,
) -> HomeSummary:
    """Return the first page in a constant number of statements.

    ``workers`` counts who listens on each queue, None when that is not known. With
    ``group_studies`` one run stands for all of its study.
    """
    with database.read() as session:
        running = _newest(session, actor, UNFINISHED, MAX_RUNNING, group_studies=group_studies)
        recent = _newest(session, actor, OVER, MAX_RECENT, group_studies=group_studies)
        jobs = newest_jobs(session, [run.id for run in running])
        summary = HomeSummary(
            needs_you=needs_of(session, actor, workers),
            running=_cards(session, running, jobs),
            recent=[_recent(one) for one in summarise_runs(session, recent, ALL_RESULTS)],
        )
        return _with_studies(session, actor, summary) if group_studies else summary


def _with_studies(session: Session, actor: Actor, summary: HomeSummary) -> HomeSummary:
    ids = [run.id for run in summary.running] + [run.id for run in summary.recent]
    study_of, studies = studies_on_page(session, actor, ids)
    return replace(
        summary,
        running=[replace(run, study_id=study_of.get(run.id)) for run in summary.running],
        recent=[replace(run, study_id=study_of.get(run.id)) for run in summary.recent],
        studies=studies,
    )


def _newest(
    session: Session, actor: Actor, statuses: Sequence[str], limit: int, *, group_studies: bool
) -> Sequence[Run]:
    # Most runs are over: said so, the newest are read off the times and not sorted out of all.
    fits = Run.status.not_in(UNFINISHED) if statuses == OVER else Run.status.in_(statuses)
    query = select(Run).where(visible(Run, actor), fits)
    if group_studies:
        query = query.where(one_per_study(actor, statuses))
    return session.scalars(query.order_by(Run.start_time.desc(), Run.id.desc()).limit(limit)).all()


def _cards(session: Session, runs: Sequence[Run], jobs: Mapping[int, Job]) -> list[RunCard]:
    ids = [run.id for run in runs]
    curves = _curves(session, ids)
    lines = _last_lines(session, ids)
    return [_card(run, jobs.get(run.id), curves.get(run.id), lines.get(run.id)) for run in runs]


def _curves(session: Session, run_ids: Sequence[int]) -> dict[int, tuple[str, Columns]]:
    """Return each run's curve: the first of SPARKS that it has."""
    chosen = {}
    for run_id, series_by_name in own_series(session, run_ids, SPARKS).items():
        name = next(name for name in SPARKS if name in series_by_name)
        chosen[run_id] = (name, series_by_name[name].id)
    columns = columns_of(session, [series_id for _, series_id in chosen.values()])
    return {run_id: (name, columns[series_id]) for run_id, (name, series_id) in chosen.items()}


def _last_lines(session: Session, run_ids: Sequence[int]) -> dict[int, str]:
    newest = select(func.max(RunLog.id)).where(RunLog.run_id.in_(run_ids)).group_by(RunLog.run_id)
    rows = session.execute(select(RunLog.run_id, RunLog.message).where(RunLog.id.in_(newest)))
    return {row.run_id: row.message for row in rows}


def _card(
    run: Run, job: Job | None, curve: tuple[str, Columns] | None, line: str | None
) -> RunCard:
    return RunCard(
        id=run.id,
        name=run.name,
        training_mode=run.training_mode,
        origin=run.origin,
        status=run.status,
        job=job,
        sparkline=None if curve is None else _sparkline(*curve),
        eta_seconds=None if curve is None else _eta(run, job, curve[1]),
        last_log=line,
    )


def _sparkline(name: str, columns: Columns) -> Sparkline:
    return Sparkline(name=name, values=numbers(thin(Pieces.of(columns), SPARK_POINTS).values))


def _eta(run: Run, job: Job | None, columns: Columns) -> float | None:
    if job is None or job.state != states.RUNNING:
        return None
    total = total_steps(run)
    if total is None:
        return None
    steps_left = total * (1.0 - job.progress)
    return remaining_seconds(columns.times, steps_left, now().timestamp())


def _recent(summary: RunSummary) -> RecentRun:
    known: dict[str, Any] = {
        name: getattr(summary, name)
        for name in ("id", "name", "status", "training_mode", "start_time", "end_time")
    }
    unknown = "best_val_accuracy" in summary.missing
    return RecentRun(
        **known,
        job_state=summary.job.state if summary.job else None,
        duration_seconds=summary.times.running_seconds,
        best_accuracy=None if unknown else summary.best_val_accuracy,
        headline=_headline(summary),
    )


def _headline(summary: RunSummary) -> Headline | None:
    ordered = ordered_results(summary.task, summary.results)
    known = ((metric, result) for metric, result in ordered if result["value"] is not None)
    first = next(known, None)
    return None if first is None else Headline(metric=first[0], **first[1])
