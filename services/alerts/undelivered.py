"""Messages that nobody can have got: no channel took them, or every delivery failed."""

from sqlalchemy import ColumnElement, exists, literal

from app.models.alert import Alert
from app.models.channel import AlertChannel, ChannelDelivery
from services.channels.types import FAILED


def is_undelivered() -> ColumnElement[bool]:
    """Return the condition that the newest message of an alert reached and will reach nobody."""
    of_its_audience = AlertChannel.owner_id.is_not_distinct_from(Alert.owner_id)
    delivered_or_queued = (
        exists()
        .where(
            ChannelDelivery.channel_id == AlertChannel.id,
            of_its_audience,
            ChannelDelivery.cause == Alert.rule + literal(":") + Alert.scope,
            ChannelDelivery.at == Alert.messaged_at,
            ChannelDelivery.state != FAILED,
        )
        .correlate(Alert)
    )
    return Alert.messaged_at.is_not(None) & ~delivered_or_queued
