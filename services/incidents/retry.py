"""Retrying all that failed with one cause, each thing by its own domain's rules."""

from collections.abc import Sequence
from importlib import import_module

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import aliased

from app.auth.actor import Actor
from app.db.engine import Database
from app.domains import Retry
from app.errors import RoundhouseError
from app.jobs import states
from app.models.incident import JobFailure
from app.models.job import Job
from app.settings import Settings
from app.topics import number_of
from services.domains import JOBS, admission
from services.incidents.access import require_incident
from services.incidents.types import LeftOut, Retried
from services.scheduler.executions.retry import retry_execution
from services.scheduler.executions.work import execution_of_job, is_superseded

MAX_RETRIES = 200  # things that one request retries
NO_RETRY = "Jobs of this kind are not retried from here: start it again on its page."


def retry_incident(
    database: Database, actor: Actor, number: str, settings: Settings, *, dry_run: bool
) -> Retried:
    """Queue again what failed last with this cause and is still failed, at most 200 things.

    What a schedule began is another execution of it, which goes on with the same thing. What its
    domain refuses is left out with the reason. A dry run changes nothing.
    """
    with database.read() as session:
        row = require_incident(session, actor, number)
    return retry_of(database, actor, [row.id], settings, dry_run=dry_run)


def retry_of(
    database: Database,
    actor: Actor,
    incident_ids: Sequence[int],
    settings: Settings,
    *,
    dry_run: bool,
) -> Retried:
    """Retry what failed in several incidents, the oldest failure first."""
    failed = _still_failed(incident_ids)
    with database.read() as session:
        matching = session.scalar(select(func.count()).select_from(failed.subquery())) or 0
        order = failed.order_by(Job.id).limit(MAX_RETRIES)
        jobs = session.execute(order).tuples().all()
    left_out = []
    for job_id, kind, subject in jobs:
        execution_id = _execution(database, job_id)
        if execution_id is None:
            reason = _refused(database, actor, settings, kind, subject, dry_run=dry_run)
        else:
            reason = None if dry_run else _refused_execution(database, actor, execution_id)
        left_out += [] if reason is None else [LeftOut(subject=subject, reason=reason)]
    return Retried(
        dry_run=dry_run,
        matching=matching,
        retried=len(jobs) - len(left_out),
        left_out=left_out,
        left=matching - len(jobs),
    )


def _still_failed(incident_ids: Sequence[int]) -> Select[int, str, str]:
    """Select id, kind and subject of the jobs that failed, the newest of their things."""
    newer = aliased(Job)
    return (
        select(Job.id, Job.kind, Job.subject)
        .join(JobFailure, JobFailure.job_id == Job.id)
        .where(
            JobFailure.incident_id.in_(incident_ids),
            JobFailure.recovered_at.is_(None),
            Job.state == states.FAILED,
            ~exists().where(newer.subject == Job.subject, newer.id > Job.id),
            # each execution is a thing of its own: the newest of a schedule stands for all of them
            ~is_superseded(Job),
        )
    )


def _refused(
    database: Database,
    actor: Actor,
    settings: Settings,
    kind: str,
    subject: str,
    *,
    dry_run: bool,
) -> str | None:
    """Retry one thing; return why it is left out, None where it is not."""
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


def _execution(database: Database, job_id: int) -> int | None:
    with database.read() as session:
        return execution_of_job(session, job_id)


def _refused_execution(database: Database, actor: Actor, execution_id: int) -> str | None:
    """Retry what a schedule began as its page does, so that it knows how that ended."""
    try:
        retry_execution(database, actor, str(execution_id))
    except RoundhouseError as error:
        return error.detail
    return None
