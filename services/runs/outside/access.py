"""Which runs may be told about from outside: those that no worker of ours trains."""

from sqlalchemy.orm import Session

from app.auth.access import require_editable
from app.auth.actor import Actor
from app.errors import Conflict
from app.models.run import Run

TRAINED = "trained"


def require_logged(session: Session, run_id: str, actor: Actor) -> Run:
    """Return the run if the actor may log to it.

    Raises NotFound and Forbidden as everywhere, Conflict for a run that a worker trains.
    """
    run = require_editable(session, Run, run_id, actor)
    if run.origin == TRAINED:
        raise Conflict(
            f"Run {run.id} is trained by a worker, which says everything about it: "
            "make a run of your own with POST /api/runs and log to that."
        )
    return run
