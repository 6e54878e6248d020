"""Sending by hand: a test of a channel, and once more what failed."""

import math
from datetime import timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.db.types import database_time
from app.errors import Conflict, TooMany
from app.models.channel import AlertChannel, ChannelDelivery
from services.channels.access import require_channel, require_delivery
from services.channels.message import TEST, Message
from services.channels.outbox import enqueue_on, request_sending
from services.channels.sending.words import words_of
from services.channels.topics import subject_of
from services.channels.types import FAILED, QUEUED, DeliveryNow

BETWEEN_TESTS = timedelta(seconds=5)


def send_test(database: Database, actor: Actor, number: str) -> DeliveryNow:
    """Queue a test, also on a channel that is switched off.

    Raises NotFound and Invalid, Conflict while a test waits, and TooMany right after one.
    """
    with database.write() as unit:
        channel = require_channel(unit.session, actor, number, lock=True)
        _require_rest(unit.session, channel)
        enqueue_on(unit, [channel], _test(channel))
        row = unit.session.scalars(_newest_test(channel)).one()
        record(unit, actor, "channel_tested", subject_of(channel.id))
    return DeliveryNow(row=row)


def retry_delivery(database: Database, actor: Actor, number: str, delivery: str) -> DeliveryNow:
    """Queue a delivery that failed again, with the same message id.

    Raises NotFound and Invalid, and Conflict where it did not fail.
    """
    with database.write() as unit:
        channel = require_channel(unit.session, actor, number, lock=True)
        row = require_delivery(unit.session, channel, delivery)
        if row.state != FAILED:
            raise Conflict(f"It is {row.state}: only what failed is sent again.")
        row.state, row.attempts, row.claimed_by = QUEUED, 0, None
        row.status = row.detail = row.finished_at = None
        row.next_at = database_time()
        unit.session.flush()
        unit.session.refresh(row)
        request_sending(unit)
        detail = {"delivery_id": row.id}
        record(unit, actor, "channel_retried", subject_of(channel.id), detail)
    return DeliveryNow(row=row)


def _test(channel: AlertChannel) -> Message:
    words = words_of(channel.language)
    return Message(
        owner_id=channel.owner_id,
        cause="test",
        phase=TEST,
        severity="info",
        title=words["test_title"].format(name=channel.name),
        text=words["test_text"],
        href="/channels",
        at=now(),
    )


def _require_rest(session: Session, channel: AlertChannel) -> None:
    last = session.scalar(_newest_test(channel))
    if last is None:
        return
    if last.state == QUEUED:
        raise Conflict("A test is on its way already.")
    wait = (last.created_at + BETWEEN_TESTS - now()).total_seconds()
    if wait > 0:
        raise TooMany("A test was just sent: wait a moment.", retry_after=math.ceil(wait))


def _newest_test(channel: AlertChannel) -> Select[ChannelDelivery]:
    query = select(ChannelDelivery).where(
        ChannelDelivery.channel_id == channel.id, ChannelDelivery.phase == TEST
    )
    return query.order_by(ChannelDelivery.id.desc()).limit(1)
