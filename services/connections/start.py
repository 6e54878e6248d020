"""Queueing a check or a refresh of a connection; one that waits or runs is not queued again."""

from app.auth.actor import Actor
from app.db.engine import Database
from app.db.uow import NewJob, UnitOfWork
from app.jobs import states
from app.jobs.engine import newest_job
from app.jobs.queues import IO
from app.models.connection import ServiceConnection
from services.connections.errors import ConnectionUnusable
from services.connections.job_sync import CHECK_JOB, REFRESH_JOB
from services.connections.repository import editable, live_of
from services.connections.topics import check_subject_of, subject_of
from services.connections.types import ACTIVE


def start_refresh(database: Database, actor: Actor, connection_id: str) -> ServiceConnection:
    """Let a worker bring the days of a connection up to date.

    Raises NotFound, and ConnectionUnusable where it needs a sign-in or a property first.
    """
    with database.write() as unit:
        row = editable(unit.session, actor, connection_id)
        _require_usable(row)
        if row.site is None:
            raise ConnectionUnusable(f"Connection {row.id} has no property yet: choose one.")
        _enqueue(unit, row, REFRESH_JOB, subject_of(row.id))
    return row


def start_check(database: Database, actor: Actor, connection_id: str) -> ServiceConnection:
    """Let a worker look whether the sign-in still holds. Raises NotFound, ConnectionUnusable."""
    with database.write() as unit:
        row = editable(unit.session, actor, connection_id)
        _require_usable(row)
        enqueue_check(unit, row)
    return row


def start_checks(database: Database, owner_id: int, platform: str) -> list[ServiceConnection]:
    """Let workers look at every sign-in of a person at a platform that is not known to be over."""
    with database.write() as unit:
        rows = [one for one in live_of(unit.session, owner_id) if one.platform == platform]
        usable = [row for row in rows if row.state == ACTIVE]
        for row in usable:
            enqueue_check(unit, row)
    return usable


def enqueue_check(unit: UnitOfWork, row: ServiceConnection) -> None:
    """Queue a check in an open unit of work."""
    _enqueue(unit, row, CHECK_JOB, check_subject_of(row.id))


def _enqueue(unit: UnitOfWork, row: ServiceConnection, kind: str, subject: str) -> None:
    job = newest_job(unit.session, subject)
    if job is None or job.state in states.TERMINAL:
        unit.enqueue(NewJob(kind=kind, queue=IO, subject=subject, owner_id=row.owner_id))


def _require_usable(row: ServiceConnection) -> None:
    if row.state != ACTIVE:
        raise ConnectionUnusable(f"Connection {row.id} needs a sign-in: connect the account again.")
