"""Resuming a run: a new job of the same run, from its last finished epoch or round, or earlier."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.auth.access import require_editable
from app.auth.actor import Actor
from app.auth.audit import record
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.domains import Retry
from app.errors import Conflict, Invalid
from app.jobs import states
from app.jobs.engine import newest_job
from app.models.job import Job
from app.models.run import Run
from services.runs.federated.rewind import kept_steps, rewind
from services.runs.queueing import queue_training
from services.runs.topics import subject_of
from services.runs.training.config.field_spec import FEDERATED
from services.runs.types import RunState

RESUMABLE = (states.FAILED, states.CANCELLED)


@dataclass(frozen=True, kw_only=True)
class ResumeRequest:
    """From where to go on; None is the last finished epoch or round."""

    from_round: int | None = None


LAST = ResumeRequest()
Admission = Callable[[Session, Run, str], None]


def _everybody(_: Session, __: Run, ___: str) -> None:
    """Refuse nobody."""


def resume_run(
    database: Database,
    actor: Actor,
    run_id: str,
    request: ResumeRequest = LAST,
    admit: Admission = _everybody,
) -> RunState:
    """Queue the run again; going on from an earlier round abandons what came after it.

    Raises Conflict unless its newest job failed or was stopped (or is done, if a round is named),
    Invalid for a round that is not kept, and what ``admit`` raises of a run and the kind of its
    job: the limits of its owner.
    """
    with database.write() as unit:
        run = require_editable(unit.session, Run, run_id, actor)
        if run.origin != "trained":
            raise _not_ours(run)
        previous = _resumable(unit.session, run, request.from_round)
        admit(unit.session, run, previous.kind)
        progress, step = previous.progress, previous.checkpoint_step
        if request.from_round is not None:
            step = _checked(unit.session, run, previous, request.from_round)
            progress = step / int(run.config["num_rounds"])
            rewind(unit.session, run, step)
        job = queue_again(unit, run, previous)
        job.progress, job.checkpoint_step = progress, step
        detail = {} if request.from_round is None else {"from_round": step}
        record(unit, actor, "run_resumed", subject_of(run.id), detail)
    return RunState.of(run, job)


def retry_run(retry: Retry) -> None:
    """Queue a run again that failed, as its owner may; raises as ``resume_run``."""
    resume_run(retry.database, retry.actor, retry.number, LAST, retry.admit)


def queue_again(unit: UnitOfWork, run: Run, previous: Job, kind: str | None = None) -> Job:
    """Queue a job of ``run`` that goes on where ``previous`` ended, of its kind by default."""
    job = queue_training(unit, run, kind or previous.kind)
    job.progress, job.checkpoint_step = previous.progress, previous.checkpoint_step
    job.attempt = previous.attempt  # counted on: each attempt at a run writes its own objects
    return job


def _resumable(session: Session, run: Run, from_round: int | None) -> Job:
    """Return the run's newest job, which is over; raises Conflict."""
    previous = newest_job(session, subject_of(run.id), lock=True)
    allowed = RESUMABLE if from_round is None else (*RESUMABLE, states.SUCCEEDED)
    if previous is None or previous.state not in allowed:
        state = previous.state if previous else "without a job"
        raise Conflict(f"Run {run.id} is {state}: only a failed or stopped run is resumed.")
    return previous


def _checked(session: Session, run: Run, previous: Job, step: int) -> int:
    """Return the round to go on from; raises Conflict and Invalid."""
    if run.training_mode != FEDERATED:
        raise Conflict(
            f"Run {run.id} is centralized: it goes on from its last finished epoch only. "
            "Leave from_round out."
        )
    kept = kept_steps(session, run, previous)
    if step not in kept:
        can = f"It can from {_ranges(kept)}." if kept else "No earlier round is kept."
        message = f"Run {run.id} cannot go on from round {step}. {can}"
        raise Invalid(message, errors={"from_round": [message]})
    return step


def _ranges(numbers: Sequence[int]) -> str:
    """Return numbers as a person writes them: 0 to 3, 7."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{one[0]} to {one[-1]}" if len(one) > 1 else str(one[0]) for one in runs)


def _not_ours(run: Run) -> Conflict:
    if run.origin == "logged":
        return Conflict(
            f"Run {run.id} is trained by an external program, and only that can resume it: "
            'PATCH {"status": "in_progress"} reopens it.'
        )
    return Conflict(f"Run {run.id} was imported: it has no training to resume.")
