"""The job that empties the outbox of channels."""

from app.resources import Resources
from services.channels.perform import send_due
from services.channels.types import ChannelPorts
from workers.attempt import Attempt


def send_messages(attempt: Attempt, resources: Resources) -> None:
    """Send what is due."""
    send_due(ChannelPorts.of(resources.database, resources.settings), attempt.stop_requested)
