"""Going back to an earlier round: all that was trained after it is deleted.

Everything that speaks of later rounds goes in the caller's commit: points, evaluations, the
clients' parts, models, checkpoints, and the result. Events and log lines stay: they say what
happened. Objects are left to the sweep, so that nothing is lost if the commit fails.
"""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.jobs import states
from app.models.job import Job
from app.models.ledger import RunCheckpoint
from app.models.run import Artifact, Run
from app.models.series import Series
from services.runs.federated.kept_rounds import KIND as ROUND_MODEL
from services.runs.federated.kept_rounds import forget_steps_from
from services.runs.federated.round_store import forget_rounds
from services.runs.results.best import update_best
from services.runs.results.kept_results import keep_results
from services.tracking.metrics.cut import cut_from

RESULT = "test_"  # series that only the end of a run writes


def kept_steps(session: Session, run: Run, job: Job | None) -> list[int]:
    """Return the rounds after which the run can be trained again; ``job`` is its newest."""
    query = select(RunCheckpoint.step).where(RunCheckpoint.run_id == run.id)
    newest = {run.checkpoint["step"]} if run.checkpoint else set()
    kept = {*session.scalars(query), *newest}
    if job is not None and job.state == states.SUCCEEDED:
        kept.discard(run.config.get("num_rounds"))  # nothing comes after the last one
    return sorted(kept)


def rewind(session: Session, run: Run, step: int) -> None:
    """Make the run as it was after ``step``, one of its kept rounds."""
    kept = session.scalar(
        select(RunCheckpoint).where(RunCheckpoint.run_id == run.id, RunCheckpoint.step == step)
    )
    if kept is not None:
        run.checkpoint = {"step": step, "files": dict(kept.files)}
        run.best_step = kept.best_step
    run.manifest = None
    forget_rounds(session, run.id, step + 1)
    forget_steps_from(session, run.id, step + 1)
    session.execute(delete(Artifact).where(Artifact.run_id == run.id, Artifact.kind != ROUND_MODEL))
    _cut_series(session, run.id, step)
    update_best(session, [run.id])
    keep_results(session, [run.id])


def forget_result(session: Session, run_id: int) -> None:
    """Delete what an earlier end of the run measured: the model that is kept now is another."""
    session.execute(
        delete(Series).where(
            Series.run_id == run_id,
            Series.client == "",
            Series.name.startswith(RESULT, autoescape=True),
        )
    )


def _cut_series(session: Session, run_id: int, step: int) -> None:
    """Leave the points up to ``step``."""
    session.execute(select(Run.id).where(Run.id == run_id).with_for_update())
    cut_from(session, run_id, step + 1, but=RESULT)
