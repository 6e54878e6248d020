"""Claiming deliveries, so that two workers never send the same, and writing what became of them.

A claim moves the time at which a delivery is due: that of a worker that dies ends by itself, and
the message goes out again with the same id.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, func, select, update
from sqlalchemy.orm import Session

from app.clock import now
from app.db.engine import Database
from app.db.types import database_time
from app.models.channel import AlertChannel, ChannelDelivery
from services.channels.patience import MAX_ATTEMPTS, wait_seconds
from services.channels.sending.outcome import MAX_DETAIL, Result, SendOutcome
from services.channels.types import DELIVERED, FAILED, QUEUED


@dataclass(frozen=True, kw_only=True)
class ClaimedDelivery:
    """A delivery that ``mark`` may send, and its channel."""

    delivery: ChannelDelivery
    channel: AlertChannel
    mark: str


def due() -> ColumnElement[bool]:
    """Return the condition under which a delivery is to be sent now."""
    return (ChannelDelivery.state == QUEUED) & (ChannelDelivery.next_at <= database_time())


def claim_due(
    database: Database, mark: str, *, limit: int, lease_s: float
) -> Sequence[ClaimedDelivery]:
    """Claim the oldest due delivery of each of up to ``limit`` channels, for ``lease_s`` seconds.

    One of each channel, so that a receiver that hangs holds up its own messages alone.
    """
    oldest = (
        select(func.min(ChannelDelivery.id))
        .where(due())
        .group_by(ChannelDelivery.channel_id)
        .order_by(func.min(ChannelDelivery.next_at), func.min(ChannelDelivery.id))
        .limit(limit)
    )
    with database.write() as unit:
        ids = unit.session.scalars(oldest).all()
        taken = unit.session.scalars(
            update(ChannelDelivery)
            .where(ChannelDelivery.id.in_(ids), due())
            .values(
                attempts=ChannelDelivery.attempts + 1,
                claimed_by=mark,
                next_at=database_time() + lease_s,
            )
            .returning(ChannelDelivery)
            .execution_options(synchronize_session=False, populate_existing=True)
        ).all()
        channels = _channels(unit.session, taken)
    ordered = sorted(taken, key=lambda row: row.id)
    return [
        ClaimedDelivery(delivery=row, channel=channels[row.channel_id], mark=mark)
        for row in ordered
    ]


def settle(database: Database, claimed: ClaimedDelivery, outcome: SendOutcome) -> bool:
    """Write what became of a delivery and count it on its channel; False where the claim is over.

    The channel is locked first, as by those who delete it.
    """
    row, channel_id = claimed.delivery, claimed.channel.id
    with database.write() as unit:
        channel = unit.session.get(AlertChannel, channel_id, with_for_update=True)
        if channel is None or not _changed(unit.session, claimed, _values(row, outcome)):
            return False
        is_delivered = outcome.result is Result.DELIVERED
        channel.failures = 0 if is_delivered else channel.failures + 1
        if outcome.result is Result.AGAIN and outcome.retry_after:
            _hold(unit.session, channel_id, wait_seconds(1, outcome.retry_after))
        return True


def _values(row: ChannelDelivery, outcome: SendOutcome) -> dict[str, Any]:
    values: dict[str, Any] = {
        "claimed_by": None,
        "status": outcome.status,
        "detail": outcome.detail[:MAX_DETAIL],
    }
    if outcome.result is Result.AGAIN and row.attempts < MAX_ATTEMPTS:
        wait = wait_seconds(row.attempts, outcome.retry_after)
        return values | {"next_at": database_time() + wait}
    state = DELIVERED if outcome.result is Result.DELIVERED else FAILED
    return values | {"state": state, "finished_at": now()}


def _changed(session: Session, claimed: ClaimedDelivery, values: dict[str, Any]) -> bool:
    statement = update(ChannelDelivery).where(
        ChannelDelivery.id == claimed.delivery.id,
        ChannelDelivery.state == QUEUED,
        ChannelDelivery.claimed_by == claimed.mark,
    )
    options = statement.values(values).execution_options(synchronize_session=False)
    return bool(cast("CursorResult[Any]", session.execute(options)).rowcount)


def _hold(session: Session, channel_id: int, wait: float) -> None:
    """Let the other messages of a channel wait, too: its receiver requested it."""
    until = database_time() + wait
    session.execute(
        update(ChannelDelivery)
        .where(
            ChannelDelivery.channel_id == channel_id,
            ChannelDelivery.state == QUEUED,
            ChannelDelivery.claimed_by.is_(None),
            ChannelDelivery.next_at < until,
        )
        .values(next_at=until)
        .execution_options(synchronize_session=False)
    )


def _channels(session: Session, rows: Sequence[ChannelDelivery]) -> dict[int, AlertChannel]:
    ids = {row.channel_id for row in rows}
    query = select(AlertChannel).where(AlertChannel.id.in_(ids))
    return {row.id: row for row in session.scalars(query)}
