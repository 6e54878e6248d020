"""The outbox: messages are queued in the commit of what they are about, and sent by a worker."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.db.types import database_time
from app.db.uow import NewJob, UnitOfWork
from app.db.upsert import insert_into
from app.jobs import states
from app.jobs.engine import newest_job
from app.jobs.queues import IO
from app.log_secrets import blank_text
from app.models.channel import AlertChannel, ChannelDelivery
from app.models.user import User
from services.channels.job_sync import SEND_JOB
from services.channels.message import SEVERITIES, Message
from services.channels.topics import OUTBOX
from services.channels.types import QUEUED

_REQUESTED = "channels: sending is requested"


def enqueue(unit: UnitOfWork, message: Message) -> int:
    """Queue a message for each enabled channel of its audience; return for how many.

    One that was queued before (same cause, phase and time) is not queued again.
    """
    return enqueue_on(unit, _audience(unit.session, message), message)


def enqueue_on(unit: UnitOfWork, channels: Sequence[AlertChannel], message: Message) -> int:
    """Queue a message on these channels; return on how many it was not yet."""
    if not channels:
        return 0
    rows = [_values(channel, message) for channel in channels]
    statement = insert_into(unit.session, ChannelDelivery).values(rows)
    key = ["channel_id", "cause", "phase", "at"]
    fresh = statement.on_conflict_do_nothing(index_elements=key).returning(ChannelDelivery.id)
    count = len(unit.session.scalars(fresh).all())
    if count:
        request_sending(unit)
    return count


def request_sending(unit: UnitOfWork) -> None:
    """Call a worker once this commits, unless one is called already: once in a unit of work."""
    if unit.session.info.get(_REQUESTED):
        return
    unit.session.info[_REQUESTED] = True
    job = newest_job(unit.session, OUTBOX)
    if job is None or job.state != states.QUEUED:
        unit.enqueue(NewJob(kind=SEND_JOB, queue=IO, subject=OUTBOX))


def _audience(session: Session, message: Message) -> Sequence[AlertChannel]:
    lowest = SEVERITIES[: SEVERITIES.index(message.severity) + 1]
    query = select(AlertChannel).where(AlertChannel.enabled, AlertChannel.lowest.in_(lowest))
    if message.owner_id is None:
        query = query.where(AlertChannel.owner_id.is_(None))
    else:
        query = query.join(User, User.id == AlertChannel.owner_id).where(
            AlertChannel.owner_id == message.owner_id, User.is_active
        )
    return session.scalars(query.order_by(AlertChannel.id)).all()


def _values(channel: AlertChannel, message: Message) -> dict[str, Any]:
    return {
        "channel_id": channel.id,
        "message_id": uuid4().hex,
        "cause": message.cause,
        "phase": message.phase,
        "severity": message.severity,
        "title": blank_text(message.title),
        "text": blank_text(message.text),
        "href": message.href,
        "at": message.at,
        "state": QUEUED,
        "attempts": 0,
        "next_at": database_time(),
        "created_at": now(),
    }
