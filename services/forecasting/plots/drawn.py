"""A drawing on its way to a worker and its PNG on the way back: two objects and the row of a job.

Nothing names them but the job. Whoever waits deletes them; what is left goes with the next sweep.
"""

import json
import uuid
from collections.abc import Mapping
from typing import Any

from app.db.engine import Database
from app.errors import Conflict
from app.jobs import states
from app.jobs.engine import JobEngine
from app.models.job import Job
from app.storage import ObjectStore
from services.forecasting.files.create import PREFIX
from services.forecasting.plots.errors import PlotFailed

KIND = "forecast_plot"
BROKEN = "The plot was not drawn. Try again; if it happens again, see the worker's log."


def put_drawing(store: ObjectStore, drawing: Mapping[str, Any]) -> str:
    """Store what is to be drawn; return what the job is about."""
    name = f"{KIND}:{uuid.uuid4().hex}"
    store.put(drawing_key(name), json.dumps(drawing).encode())
    return name


def drawing_key(name: str) -> str:
    """Return where the drawing of a plot lies."""
    return f"{PREFIX}plots/{_token(name)}.json"


def png_key(name: str) -> str:
    """Return where the PNG of a plot is put."""
    return f"{PREFIX}plots/{_token(name)}.png"


def _token(name: str) -> str:
    """Return the part of a name that is in keys; raises ValueError where ``name`` is another's."""
    kind, _, token = name.partition(":")
    if kind != KIND:
        raise ValueError(f"not the name of a plot: {name!r}")
    return uuid.UUID(hex=token).hex


def is_begun(database: Database, job_id: int) -> bool:
    """Return whether a worker has taken the drawing."""
    with database.read() as session:
        return session.get_one(Job, job_id).state not in states.CLAIMABLE


def is_over(database: Database, job_id: int) -> bool:
    """Return whether the plot is drawn; raises PlotFailed with the sentence of what went wrong."""
    with database.read() as session:
        job = session.get_one(Job, job_id)
    if job.state in (states.FAILED, states.CANCELLED):
        error = job.error or {}
        raise PlotFailed(error["detail"] if error.get("type") == PlotFailed.code else BROKEN)
    return job.state == states.SUCCEEDED


def withdraw_plot(database: Database, jobs: JobEngine, name: str) -> None:
    """Let nobody draw it any more; one that ended meanwhile is no error."""
    try:
        with database.write() as unit:
            jobs.request_stop(unit, name)
    except Conflict:
        pass


def delete_plot(store: ObjectStore, name: str) -> None:
    """Delete the drawing and its PNG."""
    store.delete(drawing_key(name))
    store.delete(png_key(name))
