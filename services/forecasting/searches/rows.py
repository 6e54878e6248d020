"""The rows of searches: which trials there are, how each stands, and what the next one learns."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.forecast_search import ModelSearch, SearchTrial
from app.models.forecasting import ForecastSession
from app.models.run import UNFINISHED, Run
from services.forecasting.errors import SearchNotFound
from services.forecasting.models.families import read_settings
from services.forecasting.models.search_space import SearchDimension
from services.forecasting.models.trials import (
    COMPLETED,
    FAILED,
    STOPPED,
    SearchPlan,
    TrialReport,
)

WAITING, RUNNING, CANCELLED, MEASURING = "waiting", "running", "cancelled", "measuring"
WITH_A_MODEL = (COMPLETED, STOPPED)
Row = tuple[SearchTrial, Run]


def find_search(session: Session, owner: ForecastSession, search_id: int | None) -> ModelSearch:
    """Return a search of the session, locked; by default its newest. Raises SearchNotFound."""
    query = select(ModelSearch).where(ModelSearch.session_id == owner.id)
    if search_id is not None:
        query = query.where(ModelSearch.id == search_id)
    row = session.scalars(query.order_by(ModelSearch.id.desc()).limit(1).with_for_update()).first()
    if row is None:
        if search_id is None:
            raise SearchNotFound(f"Session {owner.wire_id} has no search.")
        raise SearchNotFound(f"Session {owner.wire_id} has no search {search_id}.")
    return row


def trials_of(session: Session, search_id: int) -> list[Row]:
    """Return the trials of a search with their runs, in the order of their numbers."""
    query = (
        select(SearchTrial, Run)
        .join(Run, Run.id == SearchTrial.run_id)
        .where(SearchTrial.search_id == search_id)
        .order_by(SearchTrial.number)
    )
    return [(trial, run) for trial, run in session.execute(query)]


def state_of(trial: SearchTrial, run: Run, kept_run_id: int | None) -> str:
    """Return how a trial stands, in one word."""
    if run.status in UNFINISHED and run.id == kept_run_id:
        return MEASURING
    if run.status == "failed":
        return FAILED
    if run.status == "queued":
        return WAITING
    if run.status == "in_progress":
        return RUNNING
    return trial.outcome or CANCELLED


def best_of(rows: Sequence[Row]) -> Row | None:
    """Return the trial whose model errs least on the validation block; of equal ones the first."""
    scored = [row for row in rows if row[0].outcome in WITH_A_MODEL and row[0].value is not None]
    return min(scored, key=lambda row: (row[0].value, row[0].number), default=None)


def plan_of_search(search: ModelSearch) -> SearchPlan:
    """Return what the search varies."""
    return SearchPlan(
        base=read_settings(search.settings),
        space=tuple(SearchDimension.from_mapping(one) for one in search.space),
        seed=search.seed,
    )


def reports_of(rows: Sequence[Row]) -> list[TrialReport]:
    """Return the trials that are over and drew something: what the next draw learns from."""
    over = [(trial, _state_for_draws(trial, run)) for trial, run in rows]
    return [
        TrialReport(
            number=trial.number,
            parameters=trial.parameters,
            state=state,
            value=trial.value if state in WITH_A_MODEL else None,
            curve=tuple(trial.curve or ()),
        )
        for trial, state in over
        if state is not None and trial.parameters is not None
    ]


def _state_for_draws(trial: SearchTrial, run: Run) -> str | None:
    return trial.outcome or (FAILED if run.status == "failed" else None)


def values_of(search: ModelSearch, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the complete settings of a trial by wire name."""
    return read_settings(search.settings).updated(parameters).as_mapping()
