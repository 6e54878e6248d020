"""Which rounds keep their model and their checkpoint, and which objects nobody needs any more.

Everything that a round needs to go on after it stays for as long as its model does: the weights,
what the strategy keeps, and how far the run was. The model is also a file of the run.
"""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.clock import now
from app.models.ledger import RunCheckpoint
from app.models.run import Artifact, Run
from services.runs.training.checkpoints import Written, keys_of

KIND = "round_model"
MODEL = "weights.safetensors"


def model_name(step: int) -> str:
    """Return what the model of a round is called among the files of its run."""
    return f"round-{step}.safetensors"


def show_checkpoint(session: Session, run: Run, written: Written, keep_models: str) -> set[str]:
    """Make a checkpoint visible; return the keys of the objects that nothing points at now.

    ``keep_models`` is all, best (the best round and the newest) or none.
    """
    previous, run.checkpoint = run.checkpoint, written.pointer
    if keep_models == "none":
        return set(keys_of(previous).values()) - set(written.files.values())
    rows = _rows(session, run.id, written.step, keep_models)
    replaced = [row for row in rows if row.step not in (run.best_step, written.step)]
    replaced += [row for row in rows if row.step == written.step]
    before = {key for row in replaced for key in row.files.values()}
    forget_steps(session, run.id, [row.step for row in replaced])
    _store(session, run, written)
    return before - _pointed_at(session, run.id) if before else set()


def drop_checkpoint(session: Session, run: Run) -> set[str]:
    """Let a finished run forget where it was, unless that round is kept; return unneeded keys."""
    if run.checkpoint is None or run.checkpoint["step"] in _steps(session, run.id):
        return set()
    keys = set(keys_of(run.checkpoint).values())
    run.checkpoint = None
    return keys - _pointed_at(session, run.id)


def _steps(session: Session, run_id: int) -> set[int]:
    return set(session.scalars(select(RunCheckpoint.step).where(RunCheckpoint.run_id == run_id)))


def forget_steps(session: Session, run_id: int, steps: Sequence[int]) -> None:
    """Delete the checkpoints of ``steps`` and their models' files."""
    if not steps:
        return
    session.execute(
        delete(RunCheckpoint).where(RunCheckpoint.run_id == run_id, RunCheckpoint.step.in_(steps))
    )
    session.execute(
        delete(Artifact).where(
            Artifact.run_id == run_id, Artifact.kind == KIND, Artifact.step.in_(steps)
        )
    )


def forget_steps_from(session: Session, run_id: int, first: int) -> None:
    """Delete the checkpoints from ``first`` on and their models' files."""
    later = select(RunCheckpoint.step).where(
        RunCheckpoint.run_id == run_id, RunCheckpoint.step >= first
    )
    forget_steps(session, run_id, session.scalars(later).all())


def _rows(session: Session, run_id: int, step: int, keep_models: str) -> list[RunCheckpoint]:
    """Return the rows that this step may replace: with all kept only an older one of itself."""
    query = select(RunCheckpoint).where(RunCheckpoint.run_id == run_id)
    if keep_models == "all":
        query = query.where(RunCheckpoint.step == step)
    return list(session.scalars(query))


def _pointed_at(session: Session, run_id: int) -> set[str]:
    session.flush()
    rows = session.scalars(select(RunCheckpoint.files).where(RunCheckpoint.run_id == run_id))
    return {key for files in rows for key in files.values()}


def _store(session: Session, run: Run, written: Written) -> None:
    session.add(
        RunCheckpoint(
            run_id=run.id,
            step=written.step,
            best_step=run.best_step,
            files=dict(written.files),
            created_at=now(),
        )
    )
    session.add(
        Artifact(
            run_id=run.id,
            name=model_name(written.step),
            kind=KIND,
            step=written.step,
            object_key=written.files[MODEL],
            size_bytes=written.sizes[MODEL],
            sha256=written.digests[MODEL],
            created_at=now(),
        )
    )
