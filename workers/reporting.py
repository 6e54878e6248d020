"""Writing down how a work-horse ended, as soon as the database takes it."""

import tempfile
from pathlib import Path

from tenacity import RetryCallState, retry, retry_if_exception, stop_after_delay, wait_fixed

from app.disk import file_systems
from app.jobs.reconcile import report_death
from app.outage_kinds import outage_of
from app.outages import report_failure
from app.resources import Resources
from app.settings import Settings
from workers.endings import outage_at, reason_of

LOOK_SECONDS = 1.0
PATIENCE_SECONDS = 600.0  # then the clock, which sees the lease run out, is left to say it
PROBE = b"probe" * 1000


def report_ending(resources: Resources, job_id: int, holder: str, status: int) -> None:
    """Report the end of a work-horse by its wait status, once the database can write it down.

    Whoever dies while a disk takes nothing did not die by its job. Raises SQLAlchemyError.
    """
    outage = outage_at(status) or _outage_of_disks(resources.settings)
    _report(resources, job_id, holder, reason_of(status), outage)


def _say(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, Exception):
        report_failure(error, note="the end of a work-horse is written down later")


@retry(
    retry=retry_if_exception(lambda error: outage_of(error) is not None),
    wait=wait_fixed(LOOK_SECONDS),
    stop=stop_after_delay(PATIENCE_SECONDS),
    reraise=True,
    before_sleep=_say,
)
def _report(
    resources: Resources, job_id: int, holder: str, reason: str, outage: str | None
) -> None:
    report_death(resources.jobs, job_id, holder, reason, outage)


def _outage_of_disks(settings: Settings) -> str | None:
    folders = {Path(tempfile.gettempdir()), *(one.path for one in file_systems(settings))}
    return next((kind for one in sorted(folders) if (kind := _outage_at(one))), None)


def _outage_at(folder: Path) -> str | None:
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(PROBE)  # a full disk creates files, and takes no bytes
    except OSError as error:
        return outage_of(error)
    return None
