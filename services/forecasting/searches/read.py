"""The searches of a session, each with its trials as a leaderboard by the validation error."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.db.engine import Database
from app.models.forecast_search import ModelSearch
from app.models.job import Job
from app.models.run import UNFINISHED
from services.forecasting.models.trials import FAILED, PRUNED, SCORE
from services.forecasting.resolve import visible_session
from services.forecasting.searches.rows import (
    CANCELLED,
    WITH_A_MODEL,
    Row,
    best_of,
    state_of,
    trials_of,
)
from services.runs.statements import newest_jobs
from services.runs.times import times_of

MAX_SEARCHES = 20
FINISHED, STOPPED, GOES_ON = "finished", "stopped", "running"


@dataclass(frozen=True, kw_only=True)
class TrialOverview:
    """A trial; ``number`` is from 1. ``value`` is the validation error of its model.

    ``state`` is waiting, running, completed, stopped, cancelled, pruned, failed or measuring;
    ``reason`` says why one was pruned or failed.
    """

    number: int
    run_id: int
    state: str
    parameters: Mapping[str, Any]
    value: float | None
    epochs: int
    progress: float
    seconds: float
    reason: str | None


@dataclass(frozen=True, kw_only=True)
class SearchOverview:
    """A search; ``status`` is running, stopped or finished.

    ``metric`` was measured on ``validation_rows`` samples, None before they were cut. ``best`` is
    the run of the smallest value, ``kept`` that of the model that the session has of it.
    """

    id: int
    mode: str
    status: str
    settings: Mapping[str, Any]
    space: Sequence[Mapping[str, Any]]
    seed: int
    metric: str
    validation_rows: int | None
    best_run_id: int | None
    kept_run_id: int | None
    created_at: datetime
    trials: Sequence[TrialOverview]


def list_searches(database: Database, actor: Actor, wire_id: object) -> list[SearchOverview]:
    """Return the newest searches of a session, the newest first."""
    with database.read() as session:
        owner = visible_session(session, actor, wire_id)
        query = select(ModelSearch).where(ModelSearch.session_id == owner.id)
        searches = session.scalars(query.order_by(ModelSearch.id.desc()).limit(MAX_SEARCHES))
        return [_overview(session, one) for one in searches]


def _overview(session: Session, search: ModelSearch) -> SearchOverview:
    rows = trials_of(session, search.id)
    jobs = newest_jobs(session, [run.id for _, run in rows])
    trials = [_trial(row, jobs.get(row[1].id), search.kept_run_id) for row in rows]
    best = best_of(rows)
    return SearchOverview(
        id=search.id,
        mode=search.mode,
        status=_status(rows, trials, search.kept_run_id),
        settings=search.settings,
        space=search.space,
        seed=search.seed,
        metric=SCORE,
        validation_rows=(search.sizes or {}).get("validation"),
        best_run_id=None if best is None else best[1].id,
        kept_run_id=search.kept_run_id,
        created_at=search.created_at,
        trials=trials,
    )


def _trial(row: Row, job: Job | None, kept_run_id: int | None) -> TrialOverview:
    trial, run = row
    state = state_of(trial, run, kept_run_id)
    return TrialOverview(
        number=trial.number + 1,
        run_id=run.id,
        state=state,
        parameters=trial.parameters or {},
        value=trial.value if trial.outcome in WITH_A_MODEL else None,
        epochs=len(trial.curve or ()),
        progress=0.0 if job is None else job.progress,
        seconds=times_of(run).running_seconds,
        reason=_reason(state, job),
    )


def _reason(state: str, job: Job | None) -> str | None:
    if job is None or state not in (FAILED, PRUNED):
        return None
    return str(job.error["detail"]) if state == FAILED and job.error else job.message


def _status(rows: Sequence[Row], trials: Sequence[TrialOverview], kept: int | None) -> str:
    if any(run.status in UNFINISHED and run.id != kept for _, run in rows):
        return GOES_ON
    stopped = any(one.state in (CANCELLED, STOPPED) for one in trials)
    return STOPPED if stopped and kept is None else FINISHED
