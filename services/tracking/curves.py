"""Reading the curves of runs that the actor may see."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from app.auth.access import require_visible, visible
from app.auth.actor import Actor
from app.auth.views import note_view
from app.db.engine import Database
from app.errors import NotFound
from app.ids import parse_id
from app.models.run import Run
from app.models.series import Series
from services.tracking.metrics import MAX_POINTS, MAX_REPORTED, Curve, SeriesQuery, read_curves

MAX_RUNS = 20


@dataclass(frozen=True, kw_only=True)
class CurvesQuery:
    """Which curves, of which other runs too, which steps, and at most how many points of each."""

    names: Sequence[str] = ()
    runs: Sequence[int] = ()
    client: str | None = None
    from_step: int | None = None
    to_step: int | None = None
    max_points: int = MAX_POINTS
    times: bool = True


def show_curves(database: Database, actor: Actor, run_id: str, query: CurvesQuery) -> list[Curve]:
    """Return the curves of the run and of those beside it, by run, name and client.

    Raises NotFound for any run that is not the actor's to see.
    """
    ids = list(dict.fromkeys([parse_id(run_id), *query.runs]))
    with database.snapshot() as session:
        _require_all_visible(session, actor, ids)
        series_query = SeriesQuery(
            run_ids=ids,
            names=query.names,
            client=query.client,
            from_step=query.from_step,
            to_step=query.to_step,
            max_points=query.max_points,
            max_total_points=MAX_REPORTED,
        )
        return read_curves(session, series_query)


def _require_all_visible(session: Session, actor: Actor, ids: Sequence[int]) -> None:
    columns = load_only(Run.id, Run.owner_id, Run.visibility)
    query = select(Run).options(columns).where(Run.id.in_(ids), visible(Run, actor))
    visible_ids = {note_view(actor, run).id for run in session.scalars(query)}
    for run_id in ids:
        if run_id not in visible_ids:
            raise NotFound(f"Run {run_id} not found")


def show_summaries(database: Database, actor: Actor, run_id: str) -> Sequence[Series]:
    """Return what lists know of each series of the run, by name and client."""
    with database.read() as session:
        run = require_visible(session, Run, run_id, actor)
        query = select(Series).where(Series.run_id == run.id).order_by(Series.name, Series.client)
        return session.scalars(query).all()
