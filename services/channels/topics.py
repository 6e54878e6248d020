"""How channels are called by jobs and the audit log."""

from app.topics import name_of

KIND = "alert_channel"
OUTBOX = name_of("channel_outbox", 1)  # one for the whole platform


def subject_of(channel_id: int) -> str:
    """Return what the audit log calls a channel."""
    return name_of(KIND, channel_id)
