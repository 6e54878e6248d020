"""Who may see channels: their owner; those of the platform, admins. For others there is none."""

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.errors import NotFound
from app.ids import parse_id
from app.models.channel import AlertChannel, ChannelDelivery


def own_channels(actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which channels are the actor's to see and change."""
    if actor.role == "viewer":
        return false()
    own = AlertChannel.owner_id == actor.user_id
    return or_(own, AlertChannel.owner_id.is_(None)) if actor.is_admin else own


def require_channel(
    session: Session, actor: Actor, number: str, *, lock: bool = False
) -> AlertChannel:
    """Return a channel, locked if requested. Raises NotFound, and Invalid for text that is no id.

    The secrets in it are of one person: an admin does not see those of others.
    """
    channel_id = parse_id(number, "channel_id")
    query = select(AlertChannel).where(AlertChannel.id == channel_id, own_channels(actor))
    row = session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound(f"Channel {number} not found")
    return row


def require_delivery(session: Session, channel: AlertChannel, number: str) -> ChannelDelivery:
    """Return a delivery of a channel, locked. Raises NotFound and Invalid."""
    query = select(ChannelDelivery).where(
        ChannelDelivery.id == parse_id(number, "delivery_id"),
        ChannelDelivery.channel_id == channel.id,
    )
    row = session.scalar(query.with_for_update())
    if row is None:
        raise NotFound(f"Delivery {number} not found")
    return row
