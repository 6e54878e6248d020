"""Which runs external programs may log to: those that no worker of ours trains."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.access import require_editable
from app.auth.actor import Actor
from app.errors import Conflict, NotFound
from app.models.run import Run
from services.tracking.domain.training_modes import is_federated

LOGGED = "logged"
NOT_LOGGED = {
    "trained": "is trained by a worker, which reports everything about it",
    "imported": "was imported as it was",
}


def require_logged(session: Session, run_id: str, actor: Actor) -> Run:
    """Return the run if the actor may log to it.

    Raises NotFound and Forbidden as everywhere, Conflict for a run that is not logged to.
    """
    run = require_editable(session, Run, run_id, actor)
    if run.origin != LOGGED:
        raise Conflict(
            f"Run {run.id} {NOT_LOGGED[run.origin]}: "
            "make a run of your own with POST /api/runs and log to that."
        )
    return run


def require_federated(run: Run) -> None:
    """Let only runs pass that have rounds; raises Conflict."""
    if not is_federated(run.training_mode):
        raise Conflict(
            f"Run {run.id} is centralized and has no rounds: "
            'make one with "training_mode": "federated".'
        )


def lock_runs(session: Session, run_ids: Sequence[int]) -> None:
    """Let nobody else write parts of these runs until the commit, as ``lock_run`` does of one."""
    statement = select(Run.id).where(Run.id.in_(run_ids)).order_by(Run.id)
    session.execute(statement.with_for_update(key_share=True)).all()


def lock_run(session: Session, run_id: int) -> None:
    """Let nobody else write parts of the run until the commit.

    Whoever locks its job as well locks the job first: everybody does it in that order.
    Raises NotFound for a run that was deleted since we looked.
    """
    locked = select(Run.id).where(Run.id == run_id).with_for_update(key_share=True)
    if session.execute(locked).first() is None:
        raise NotFound(f"Run {run_id} not found")
