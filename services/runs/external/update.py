"""What an external program reports of its run: parameters, and that it is finished.

A parameter that is reported again takes the new value; the audit log names it. A run that is over
stays over until it is reopened: its end was shown to everybody who looked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.clock import now
from app.db.uow import UnitOfWork
from app.errors import Conflict, Invalid
from app.jobs import states
from app.jobs.engine import newest_job
from app.later import later
from app.log_secrets import blank_text
from app.models.incident import FAILED_OUTSIDE
from app.models.job import Job
from app.models.run import Run
from services.runs.external.access import LOGGED, NOT_LOGGED, lock_run
from services.runs.external.create import watch
from services.runs.external.heartbeat import renew_lease
from services.runs.job_sync import follow_job
from services.runs.results.kept_results import REPORTED_RESULT, keep_results
from services.runs.times import move_end
from services.runs.topics import subject_of
from services.tracking.domain.params import MAX_PARAMS
from services.tracking.labels import params_of, write_params

ONGOING = "in_progress"
STATE_OF = {
    "completed": states.SUCCEEDED,
    "failed": states.FAILED,
    "cancelled": states.CANCELLED,
}
REPORTED_STATUSES = (ONGOING, *STATE_OF)
NO_REASON = "The program said that it failed; its log may say why."
record_end = later("services.incidents.record:record_end")


@dataclass(frozen=True, kw_only=True)
class ExternalUpdate:
    """What only the program that trains may report; None leaves a value as it is.

    ``reason`` goes with the status failed. ``result`` is what its model scores, as the program
    says: metrics by name, measured_on (which rows) and num_rows; it takes the place of what the
    curves say.
    """

    status: str | None = None
    end_time: datetime | None = None
    params: Mapping[str, Any] | None = None
    reason: str | None = None
    result: Mapping[str, Any] | None = None

    def given(self) -> dict[str, Any]:
        """Return the values that were reported."""
        return {name: value for name, value in vars(self).items() if value is not None}

    def for_audit(self) -> dict[str, Any]:
        """Return what the audit log keeps: of parameters only their names."""
        values = self.given()
        if self.params is not None:
            values["params"] = sorted(self.params)
        if self.end_time is not None:
            values["end_time"] = self.end_time.isoformat()
        return values


def apply_external_update(unit: UnitOfWork, run: Run, reported: ExternalUpdate) -> None:
    """Apply what the program reported.

    Raises Conflict for a run that is not logged to, and for an end after another end; Invalid
    for an end before the start and for too many parameters.
    """
    given = reported.given()
    if not given:
        return
    if run.origin != LOGGED:
        raise _not_logged(run, list(given))
    job = newest_job(unit.session, subject_of(run.id), lock=True)
    lock_run(unit.session, run.id)
    if reported.params:
        add_params(unit.session, run.id, reported.params)
    if reported.result is not None:
        run.manifest = {**(run.manifest or {}), REPORTED_RESULT: dict(reported.result)}
        keep_results(unit.session, [run.id])
    if reported.end_time is not None:
        _check_end(run, job, reported, reported.end_time)
    if reported.status in STATE_OF and job is not None:
        _end(unit, run, job, reported)
    elif reported.status == ONGOING and (job is None or job.state in states.TERMINAL):
        _reopen(unit, run, job)
    elif reported.end_time is not None:
        _move_end(run, reported.end_time)
    renew_lease(unit, run)


def _not_logged(run: Run, names: list[str]) -> Conflict:
    fields = ", ".join(names)
    detail = f"Run {run.id} {NOT_LOGGED[run.origin]}: no program may report {fields}."
    return Conflict(detail, errors={name: [detail] for name in names})


def add_params(session: Session, run_id: int, params: Mapping[str, Any]) -> None:
    """Write parameters of a run.

    Raises Invalid when it would have more than are kept.
    """
    names = set(params_of(session, [run_id]).get(run_id, {})) | set(params)
    if len(names) > MAX_PARAMS:
        detail = f"A run has at most {MAX_PARAMS} parameters; this would make {len(names)}."
        raise Invalid(detail, errors={"params": [detail]})
    write_params(session, run_id, params)


def _check_end(run: Run, job: Job | None, reported: ExternalUpdate, end: datetime) -> None:
    goes_on = reported.status == ONGOING or (
        reported.status is None and job is not None and job.state not in states.TERMINAL
    )
    fault = None
    if goes_on:
        fault = "A run that goes on has no end: give the status it ended with."
    elif end < run.start_time:
        fault = f"The end lies before the start, {run.start_time.isoformat()}."
    if fault is not None:
        raise Invalid(fault, errors={"end_time": [fault]})


def _end(unit: UnitOfWork, run: Run, job: Job, reported: ExternalUpdate) -> None:
    state = STATE_OF[str(reported.status)]
    if job.state == state:
        if reported.end_time is not None:
            _move_end(run, reported.end_time)
        return
    if job.state in states.TERMINAL:
        detail = (
            f"Run {run.id} is {run.status} already. To resume it, first send "
            f'PATCH {{"status": "{ONGOING}"}}.'
        )
        raise Conflict(detail, errors={"status": [detail]})
    job.state, job.finished_at = state, reported.end_time or now()
    job.holder = job.lease_until = None
    job.heartbeat_at = now()  # the program itself reports its end
    job.progress = 1.0 if state == states.SUCCEEDED else job.progress
    failed = state == states.FAILED
    reason = {"type": FAILED_OUTSIDE, "detail": blank_text(reported.reason or NO_REASON)}
    job.error = reason if failed else None
    follow_job(unit, job)
    record_end(unit, job)


def _move_end(run: Run, end: datetime) -> None:
    run.end_time = end
    move_end(run, end)


def _reopen(unit: UnitOfWork, run: Run, job: Job | None) -> None:
    run.acknowledged_at = None
    watch(
        unit,
        run,
        lease_seconds=None if job is None else job.lease_seconds,
        attempt=1 if job is None else job.attempt + 1,
        progress=0.0 if job is None or job.state == states.SUCCEEDED else job.progress,
    )
