"""Reading the curves of a run that the actor may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.auth.access import require_visible
from app.auth.actor import Actor
from app.db.engine import Database
from app.models.run import Run
from services.runs.series import MOST_POINTS, read_series


@dataclass(frozen=True, kw_only=True)
class CurvesWanted:
    """Which curves, and at most how many points of each."""

    names: Sequence[str] = ()
    client: str | None = None
    max_points: int = MOST_POINTS


def show_curves(
    database: Database, actor: Actor, run_id: str, wanted: CurvesWanted
) -> dict[str, list[dict[str, Any]]]:
    """Return the curves as columns, see ``read_series``."""
    with database.read() as session:
        run = require_visible(session, Run, run_id, actor)
        series = read_series(
            session,
            run.id,
            names=wanted.names,
            client=wanted.client,
            max_points=wanted.max_points,
        )
    return {"series": series}
