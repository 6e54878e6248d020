"""What people may see when a channel cannot be made or used."""

from app.errors import Conflict


class MailNotConfigured(Conflict):
    """The installation has no mail server."""

    code = "mail_not_configured"


class TooManyChannels(Conflict):
    """The owner has as many channels as one may have."""

    code = "too_many_channels"
