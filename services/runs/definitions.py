"""Saying which way a metric of one run gets better: by its program, or by a person on a page."""

from collections.abc import Mapping

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.auth.access import require_editable
from app.auth.actor import Actor
from app.auth.audit import record
from app.db.engine import Database
from app.errors import Invalid
from app.models.run import Run
from app.models.series import MetricDefinition, Series
from services.runs.external.access import lock_run
from services.runs.notifications import notify_lists
from services.runs.topics import subject_of
from services.tracking.catalogue import direction_of
from services.tracking.domain.training_modes import is_federated
from services.tracking.metrics.best import Best, best_of, best_of_points, needs_points
from services.tracking.metrics.stored import columns_of

MAX_DEFINITIONS = 1_000  # of one run


def define_metrics(
    database: Database, actor: Actor, run_id: str, goals: Mapping[str, str | None]
) -> dict[str, str]:
    """Set the direction ("min" or "max") of metrics of a run, and their best values with it.

    None takes a definition away: the catalogue counts again. Returns all definitions of the run.
    Raises Invalid when there would be too many.
    """
    with database.write() as unit:
        session = unit.session
        run = require_editable(session, Run, run_id, actor)
        lock_run(session, run.id)
        before = definitions_of(session, run.id)
        after = {name: goal for name, goal in {**before, **goals}.items() if goal is not None}
        if len(after) > MAX_DEFINITIONS:
            detail = f"A run defines at most {MAX_DEFINITIONS} metrics; this would be {len(after)}."
            raise Invalid(detail, errors={"definitions": [detail]})
        if after != before:
            write_definitions(session, run.id, goals)
            _apply(session, run, {name: after.get(name) for name in goals})
            notify_lists(unit, run)
            record(unit, actor, "run_changed", subject_of(run.id), {"defined": dict(goals)})
        return dict(sorted(after.items()))


def definitions_of(session: Session, run_id: int) -> dict[str, str]:
    """Return the directions that were defined for metrics of a run."""
    query = select(MetricDefinition.name, MetricDefinition.goal)
    rows = session.execute(query.where(MetricDefinition.run_id == run_id))
    return {row.name: row.goal for row in rows}


def write_definitions(session: Session, run_id: int, goals: Mapping[str, str | None]) -> None:
    """Store directions of metrics; series that are there already do not follow."""
    mine = (MetricDefinition.run_id == run_id, MetricDefinition.name.in_(goals))
    session.execute(delete(MetricDefinition).where(*mine))
    rows = [
        {"run_id": run_id, "name": name, "goal": goal}
        for name, goal in goals.items()
        if goal is not None
    ]
    if rows:
        session.execute(insert(MetricDefinition), rows)


def _apply(session: Session, run: Run, goals: Mapping[str, str | None]) -> None:
    """Give the series of these names their direction and the best value in it."""
    query = select(Series).where(Series.run_id == run.id, Series.name.in_(goals))
    doubtful = []
    for series in session.scalars(query).all():
        series.goal = goals[series.name] or direction_of(series.name)
        best = best_of(series.goal, series)
        _set_best(series, best)
        if needs_points(series.name, best, series):
            doubtful.append(series)
    stored = columns_of(session, [series.id for series in doubtful])
    federated = is_federated(run.training_mode)
    for series in doubtful:
        points = stored[series.id]
        best = best_of_points(series.name, series.goal, points, is_federated=federated)
        _set_best(series, best)


def _set_best(series: Series, best: Best) -> None:
    series.best, series.best_step = best["best"], best["best_step"]  # type: ignore[assignment]
