"""Turns: of each person whose queue is started, one entry at a time becomes what it is for.

The clock calls it once a second. Beginning is one commit: the entry, what it became, and its job.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.clock import now
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.errors import Conflict, RoundhouseError
from app.jobs import states
from app.jobs.engine import newest_job
from app.models.benchmark_queue import (
    CANCELLED,
    DONE,
    FAILED,
    QUEUED,
    RUNNING,
    WAITING,
    QueueEntry,
)
from app.models.user import User
from services.benchmarks.queue.configs import request_of
from services.benchmarks.queue.job_sync import settle_by
from services.benchmarks.queue.kinds import KINDS
from services.benchmarks.queue.repository import locked_queue, next_entry, running_entry
from services.benchmarks.queue.settle import release, settle
from services.benchmarks.queue.topics import publish_entry


def advance_queues(database: Database) -> None:
    """Begin the next entry of every person of whom none runs."""
    with database.read() as session:
        open_ones = QueueEntry.status.in_((QUEUED, WAITING, RUNNING))
        owners = session.scalars(select(QueueEntry.owner_id).where(open_ones).distinct()).all()
    for owner_id in owners:
        _advance(database, owner_id)


def _advance(database: Database, owner_id: int) -> None:
    try:
        with database.write() as unit:
            entry = _due(unit, owner_id)
            if entry is not None:
                begin(unit, actor_of(unit.session, owner_id), entry)
    except RoundhouseError as refused:  # what it needs was deleted or changed since it was added
        with database.write() as unit:
            entry = _due(unit, owner_id)
            if entry is not None:
                entry.started_at = now()
                settle(unit, entry, FAILED, refused.detail)


def _due(unit: UnitOfWork, owner_id: int) -> QueueEntry | None:
    """Return the entry whose turn is now; entries that nothing moved on are moved on."""
    queue = locked_queue(unit.session, owner_id)
    _release_waiting(unit, owner_id)
    running = running_entry(unit.session, owner_id)
    if running is not None:
        _mend(unit, running)
        return None
    if not queue.is_started or queue.is_paused:
        return None
    return next_entry(unit.session, owner_id)


def begin(unit: UnitOfWork, actor: Actor, entry: QueueEntry) -> None:
    """Let an entry become what it is for, or go on with what it became before."""
    kind = KINDS[entry.type]
    entry.status, entry.started_at, entry.finished_at, entry.error = RUNNING, now(), None, None
    if entry.result_id is not None and _is_there(unit.session, entry):
        try:
            kind.again(unit, actor, entry)
        except Conflict:  # nothing is missing, or somebody has resumed it by hand
            if _is_over(unit.session, entry):
                settle(unit, entry, DONE)
                return
    else:
        entry.result_id = kind.begin(unit, actor, entry, request_of(entry.type, entry.config))
    publish_entry(unit, entry)


def actor_of(session: Session, owner_id: int) -> Actor:
    """Return the owner as who acts; who left begins nothing any more."""
    owner = session.get_one(User, owner_id)
    role = owner.role if owner.is_active else "viewer"
    return Actor(user_id=owner.id, role=role, name=owner.name, via="system")


def _is_there(session: Session, entry: QueueEntry) -> bool:
    model = KINDS[entry.type].model
    return model is None or session.get(model, entry.result_id) is not None


def _is_over(session: Session, entry: QueueEntry) -> bool:
    job = newest_job(session, KINDS[entry.type].subject(entry))
    return job is None or job.state in states.TERMINAL


def _mend(unit: UnitOfWork, entry: QueueEntry) -> None:
    """End an entry whose job is over or gone: what it became was deleted."""
    job = newest_job(unit.session, KINDS[entry.type].subject(entry))
    if job is None:
        settle(unit, entry, CANCELLED, "What it became was deleted.")
    elif job.state in states.TERMINAL:
        settle_by(unit, entry, job)


def _release_waiting(unit: UnitOfWork, owner_id: int) -> None:
    query = select(QueueEntry).where(QueueEntry.owner_id == owner_id, QueueEntry.status == WAITING)
    for row in unit.session.scalars(query.order_by(QueueEntry.id)).all():
        if row.status == WAITING:
            earlier = unit.session.get(QueueEntry, row.depends_on or 0)
            release(unit, row, earlier)
