"""Listing channels with their newest delivery, and the deliveries of one."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.db.engine import Database
from app.models.channel import AlertChannel, ChannelDelivery
from services.channels.access import own_channels, require_channel
from services.channels.types import ChannelNow, DeliveryNow, DeliveryPage


def list_channels(database: Database, actor: Actor) -> list[ChannelNow]:
    """Return the actor's channels, for admins also those of the platform, the oldest first."""
    query = select(AlertChannel).where(own_channels(actor)).order_by(AlertChannel.id)
    with database.read() as session:
        return with_last(session, session.scalars(query).all())


def read_channel(database: Database, actor: Actor, number: str) -> ChannelNow:
    """Return a channel. Raises NotFound and Invalid."""
    with database.read() as session:
        return with_last(session, [require_channel(session, actor, number)])[0]


def with_last(session: Session, rows: Sequence[AlertChannel]) -> list[ChannelNow]:
    """Return channels with the newest delivery of each."""
    newest = (
        select(func.max(ChannelDelivery.id))
        .where(ChannelDelivery.channel_id.in_([row.id for row in rows]))
        .group_by(ChannelDelivery.channel_id)
    )
    query = select(ChannelDelivery).where(ChannelDelivery.id.in_(newest))
    last = {one.channel_id: DeliveryNow(row=one) for one in session.scalars(query)}
    return [ChannelNow(row=row, last=last.get(row.id)) for row in rows]


def list_deliveries(
    database: Database, actor: Actor, number: str, *, limit: int, after: int | None
) -> DeliveryPage:
    """Return a page of the deliveries of a channel, the newest first. Raises NotFound, Invalid."""
    with database.read() as session:
        channel = require_channel(session, actor, number)
        query = select(ChannelDelivery).where(ChannelDelivery.channel_id == channel.id)
        if after is not None:
            query = query.where(ChannelDelivery.id < after)
        rows = session.scalars(query.order_by(ChannelDelivery.id.desc()).limit(limit + 1)).all()
    items = [DeliveryNow(row=row) for row in rows[:limit]]
    return DeliveryPage(items=items, next_after=items[-1].row.id if len(rows) > limit else None)
