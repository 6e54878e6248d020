"""Retrying all that failed with one cause, each thing by its own domain's rules."""

from collections.abc import Sequence

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import aliased

from app.auth.actor import Actor
from app.db.engine import Database
from app.jobs import states
from app.models.incident import JobFailure
from app.models.job import Job
from app.settings import Settings
from services.incidents.access import require_incident
from services.incidents.types import LeftOut, Retried
from services.jobs.retry import refused_retry
from services.scheduler.executions.work import is_superseded

MAX_RETRIES = 200  # things that one request retries


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
        reason = refused_retry(
            database, actor, settings, job_id, kind=kind, subject=subject, dry_run=dry_run
        )
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
