"""What a work-horse does: claim one row, do its work under a beating lease, end it.

This is the only road from Redis into our code, and all that comes along it is a number.
"""

import signal
import threading
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.errors import RoundhouseError
from app.jobs import states
from app.jobs.engine import Claim
from app.jobs.errors import Drained, LeaseLost
from app.outage_kinds import outage_of
from app.outages import report_failure
from app.resources import Resources
from services.scheduler.codes.errors import AttemptFailed
from services.scheduler.codes.job_errors import coded
from workers.attempt import Attempt, Heartbeat
from workers.endings import exit_status_of

log = structlog.get_logger(__name__)

Handler = Callable[[Attempt, Resources], None]


def perform(
    job_id: int, holder: str, resources: Resources, handlers: Mapping[str, Handler]
) -> None:
    """Claim job ``job_id`` for ``holder`` and do it; a job that is not to be had is no error."""
    drain_event = threading.Event()  # heard before the claim: a drain must not cost an attempt
    signal.signal(signal.SIGTERM, lambda *_: drain_event.set())
    claim = resources.jobs.claim(job_id, holder)
    if claim is None:
        log.info("nothing to claim", job_id=job_id)
        return
    attempt = Attempt(resources.jobs, claim, drain_event)
    settings = resources.settings
    heartbeat = Heartbeat(
        attempt, beat_seconds=settings.beat_seconds, lease_seconds=settings.lease_seconds
    )
    with structlog.contextvars.bound_contextvars(job_id=job_id, attempt=claim.attempt), heartbeat:
        _work(attempt, resources, handlers[claim.kind])


def _work(attempt: Attempt, resources: Resources, handler: Handler) -> None:
    try:
        resources.jobs.start(attempt.claim)
        handler(attempt, resources)
        if not attempt.over.is_set():
            _end(attempt, states.SUCCEEDED)
    except Drained:
        attempt.over.set()
        resources.jobs.release(attempt.claim)
    except LeaseLost:
        attempt.over.set()
        log.warning("the lease is lost: another attempt goes on")
    except Exception as error:  # noqa: BLE001 - the border: what a job raises ends no worker
        outage = outage_of(error)
        if outage is None:
            _fail(attempt, error)
        else:
            _postpone(attempt, outage, error)


def _postpone(attempt: Attempt, outage: str, error: Exception) -> None:
    """Give the job back: a part was away, which ends the attempt, and not the job.

    A database that takes not even that is waited for by the worker, which reports it.
    """
    if attempt.over.is_set():
        report_failure(error, note="the job was over already")
        return
    attempt.over.set()
    report_failure(error, note="the job waits until it is back")
    try:
        attempt.engine.postpone(attempt.claim, outage)
    except SQLAlchemyError as refusal:
        raise SystemExit(exit_status_of(outage)) from refusal
    except LeaseLost:
        log.warning("the lease was lost meanwhile: another attempt goes on")


def _fail(attempt: Attempt, error: Exception) -> None:
    if isinstance(error, RoundhouseError):
        detail = {"type": error.code, "detail": error.detail} | coded(error)
    elif isinstance(error, AttemptFailed):
        detail = {"type": error.code.value, "detail": error.detail} | coded(error)
    else:
        log.error("job failed", exc_info=error)
        detail = _unexpected(attempt.claim, error)
    _end(attempt, states.FAILED, detail, error)


def _end(
    attempt: Attempt,
    state: str,
    error: dict[str, Any] | None = None,
    raised: BaseException | None = None,
) -> None:
    try:
        with attempt.write() as unit:
            unit.raised = raised
            attempt.finish(unit, state, error)
    except LeaseLost:
        log.warning("the lease was lost at the end: another attempt decides")


def _unexpected(claim: Claim, error: BaseException) -> dict[str, Any]:
    kind = type(error).__name__
    detail = f"The work broke with {kind}; the worker's log has the trace of job {claim.job_id}."
    return {"type": kind, "detail": detail} | coded(error)
