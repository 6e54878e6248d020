"""Drawing a plot, as a worker does it."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from app.db.engine import Database
from app.jobs import states
from app.jobs.short import is_late
from app.storage import ObjectMissing, ObjectStore
from services.forecasting.plots.drawn import drawing_key, png_key
from services.runs.training.ports import FencedAttempt

DrawPlot = Callable[[Mapping[str, Any]], bytes]


def perform_plot(
    name: str,
    job_id: int,
    attempt: FencedAttempt,
    database: Database,
    store: ObjectStore,
    draw: DrawPlot,
    waited_seconds: float,
) -> None:
    """Draw, unless the ``waited_seconds`` are over in which somebody waits for the beginning.

    Raises what ``draw`` raises: the failed job's error is the answer.
    """
    with database.read() as session:
        late = is_late(session, job_id, waited_seconds)
    drawing = None if late else _drawing(store, name)
    if drawing is not None:
        store.put(png_key(name), draw(drawing))
    with attempt.write() as unit:
        attempt.finish(unit, states.CANCELLED if drawing is None else states.SUCCEEDED)


def _drawing(store: ObjectStore, name: str) -> Mapping[str, Any] | None:
    """Return what is to be drawn, None where whoever waited has deleted it."""
    try:
        drawing: Mapping[str, Any] = json.loads(store.get(drawing_key(name)))
    except ObjectMissing:
        return None
    return drawing
