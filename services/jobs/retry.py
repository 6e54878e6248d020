"""Retrying one job that ended badly, by its domain's rules or as an execution of its schedule."""

from importlib import import_module

from app.auth.actor import Actor
from app.db.engine import Database
from app.domains import Retry
from app.errors import RoundhouseError
from app.settings import Settings
from app.topics import number_of
from services.domains import JOBS, admission
from services.scheduler.executions.retry import retry_execution
from services.scheduler.executions.work import execution_of_job

NO_RETRY = "Jobs of this kind are not retried from here: start it again on its page."


def is_retryable(kind: str) -> bool:
    """Return whether the domain of a kind of job says how it is retried."""
    return kind in JOBS and JOBS[kind].retry is not None


def refused_retry(
    database: Database,
    actor: Actor,
    settings: Settings,
    job_id: int,
    *,
    kind: str,
    subject: str,
    dry_run: bool,
) -> str | None:
    """Retry what a job was about; return why that is refused, None where it is not.

    What a schedule began is another execution of it, so that it knows how that ended. A dry run
    changes nothing, and returns only what is refused without looking at the thing itself.
    """
    with database.read() as session:
        execution_id = execution_of_job(session, job_id)
    if execution_id is None:
        return _refused(database, actor, settings, kind, subject, dry_run=dry_run)
    return None if dry_run else _refused_execution(database, actor, execution_id)


def _refused(
    database: Database,
    actor: Actor,
    settings: Settings,
    kind: str,
    subject: str,
    *,
    dry_run: bool,
) -> str | None:
    retry = JOBS[kind].retry if kind in JOBS else None
    number = number_of(subject.partition(":")[0], subject)
    if retry is None or number is None:
        return NO_RETRY
    if dry_run:
        return None
    wish = Retry(
        database=database,
        actor=actor,
        number=str(number),
        settings=settings,
        admit=admission(settings),
    )
    path, _, function = retry.partition(":")
    try:
        getattr(import_module(path), function)(wish)
    except RoundhouseError as error:
        return error.detail
    return None


def _refused_execution(database: Database, actor: Actor, execution_id: int) -> str | None:
    try:
        retry_execution(database, actor, str(execution_id))
    except RoundhouseError as error:
        return error.detail
    return None
