"""Reading what somebody gives as the target of a channel, and what of it may be shown."""

from urllib.parse import urlsplit

from app.errors import Invalid
from app.settings import Settings
from services.channels.errors import MailNotConfigured
from services.channels.sending.addresses import channel_address
from services.channels.sending.mail import NOT_CONFIGURED, MailServer, mail_address
from services.channels.sending.outcome import TargetRefused
from services.channels.types import EMAIL


def checked_target(settings: Settings, kind: str, text: str) -> str:
    """Return the target in one spelling. Raises Invalid, and MailNotConfigured for e-mail."""
    if kind == EMAIL and MailServer.of(settings) is None:
        raise MailNotConfigured(NOT_CONFIGURED)
    try:
        if kind == EMAIL:
            return mail_address(text)
        return channel_address(text.strip(), settings.channel_private_networks).href
    except TargetRefused as reason:
        raise Invalid(str(reason), errors={"target": [str(reason)]}) from None


def hint_of(kind: str, target: str) -> str:
    """Return what may be shown: of an address its host, of e-mail the first letter and the host.

    The path of an address is as good as a password.
    """
    if kind == EMAIL:
        name, _, host = target.rpartition("@")
        return f"{name[:1]}…@{host}"
    parts = urlsplit(target)
    return f"{parts.scheme}://{parts.netloc}"[:300]
