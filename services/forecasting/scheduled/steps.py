"""Which step of a scheduled session comes next, read from what the execution noted so far.

Nothing is done twice: what a step began is noted with it, and looked at before anything new is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from app.clock import now
from app.db.uow import UnitOfWork
from app.jobs import states
from app.jobs.engine import newest_job
from app.jobs.queues import IO
from app.models.forecasting import ForecastSession
from app.models.job import Job
from app.models.run import Run
from services.forecasting.datasets.start import queue_datasets
from services.forecasting.errors import (
    ComputeHoursExhausted,
    StorageLimitReached,
    TrainingInProgress,
    TrainingLimitReached,
)
from services.forecasting.resolve import editable_session
from services.forecasting.topics import subject_of
from services.forecasting.training.quota import NO_LIMITS, admit_resume, limits_of
from services.forecasting.training.start import start_models
from services.forecasting.training.start_from import read_request
from services.runs.resume import RESUMABLE, queue_again
from services.runs.spent import next_month_of
from services.runs.topics import subject_of as run_subject
from services.scheduler.codes.errors import ConfigMissing, QuotaExhausted, RateLimited
from services.scheduler.dispatch.steps import scheduled_job
from services.scheduler.kinds.types import Beginning, NextStep

BUSY_S, FULL_S = 300.0, 900.0  # until a busy session, and a full place, are tried again


def next_step(unit: UnitOfWork, beginning: Beginning) -> NextStep | None:
    """Return the job of the next step; None when the forecast is there, or nothing was new.

    Raises AttemptFailed where a limit of the owner is reached, and what the session is refused for.
    """
    done = beginning.done
    if done.get("unchanged") or "forecast" in done:
        return None
    owner = editable_session(unit.session, beginning.actor, beginning.params["session_id"])
    if "new_rows" not in done:
        about = {"session_id": owner.wire_id, "step": "rows"}
        return NextStep(job=scheduled_job(unit, beginning, IO), note=about)
    with limits_as_codes():
        begun = _datasets(unit, beginning, owner) or _training(unit, beginning, owner)
    if begun is not None:
        return begun
    return NextStep(job=scheduled_job(unit, beginning, IO), note={"step": "forecast"})


def _datasets(unit: UnitOfWork, beginning: Beginning, owner: ForecastSession) -> NextStep | None:
    if "runs" in beginning.done:
        return None
    was_begun = beginning.done.get("step") == "datasets"
    newest = newest_job(unit.session, subject_of(owner.id)) if was_begun else None
    if newest is not None and newest.state == states.SUCCEEDED:
        return None
    job = queue_datasets(unit, beginning.actor, owner, owner.split or {})
    return NextStep(job=job, note={"step": "datasets"})


def _training(unit: UnitOfWork, beginning: Beginning, owner: ForecastSession) -> NextStep | None:
    """Go on with a model that is not trained, or train the next one."""
    runs = [one for one in beginning.done.get("runs", ()) if unit.session.get(Run, one) is not None]
    note: dict[str, Any] = {"step": "training", "n_dat": owner.n_dat}
    if runs and (job := _again(unit, beginning, runs[-1])) is not None:
        return NextStep(job=job, note=note | {"runs": runs})
    models = [read_request(one) for one in beginning.params["models"]]
    if len(runs) >= len(models):
        return None
    limits = NO_LIMITS if beginning.settings is None else limits_of(beginning.settings)
    following = models[len(runs) : len(runs) + 1]
    ((run, job),) = start_models(unit, beginning.actor, owner, following, owner.split or {}, limits)
    return NextStep(job=job, note=note | {"runs": [*runs, run.id]})


def _again(unit: UnitOfWork, beginning: Beginning, run_id: int) -> Job | None:
    """Queue a run again that was not trained to its end, from its checkpoint."""
    previous = newest_job(unit.session, run_subject(run_id), lock=True)
    if previous is None or previous.state not in RESUMABLE:
        return None
    run = unit.session.get_one(Run, run_id)
    if beginning.settings is not None:
        admit_resume(unit.session, run, beginning.settings)
    return queue_again(unit, run, previous)


@contextmanager
def limits_as_codes() -> Iterator[None]:
    """Raise what a limit refuses as the failure of an attempt that says when to come again."""
    try:
        yield
    except ComputeHoursExhausted as used_up:
        raise QuotaExhausted(used_up.detail, reset_at=next_month_of(now())) from None
    except TrainingLimitReached as full:
        raise RateLimited(full.detail, retry_after=FULL_S) from None
    except TrainingInProgress as busy:
        raise RateLimited(busy.detail, retry_after=BUSY_S) from None
    except StorageLimitReached as full:
        raise ConfigMissing(full.detail) from None
