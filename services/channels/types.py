"""The words of channels."""

from dataclasses import dataclass
from datetime import UTC, datetime

from app.db.engine import Database
from app.models.channel import AlertChannel, ChannelDelivery
from app.settings import Settings
from services.channels.secret import ChannelVault

WEBHOOK, SLACK, EMAIL = "webhook", "slack", "email"
QUEUED, DELIVERED, FAILED = "queued", "delivered", "failed"
OWN, PLATFORM = "own", "platform"
SCOPES = (OWN, PLATFORM)
FAILING_AFTER = 3  # attempts in a row


@dataclass(frozen=True, kw_only=True)
class ChannelPorts:
    """What of the installation channels work with."""

    database: Database
    settings: Settings
    vault: ChannelVault

    @classmethod
    def of(cls, database: Database, settings: Settings) -> "ChannelPorts":
        """Return it with the secret of this home."""
        return cls(database=database, settings=settings, vault=ChannelVault(settings.home))


@dataclass(frozen=True, kw_only=True)
class NewChannel:
    """A channel to be made; ``target`` is an address of the web or of e-mail."""

    scope: str
    kind: str
    name: str
    target: str
    lowest: str
    language: str


@dataclass(frozen=True, kw_only=True)
class DeliveryNow:
    """A delivery; ``sending`` says that a worker has it now."""

    row: ChannelDelivery

    @property
    def sending(self) -> bool:
        """Return whether a worker has claimed it."""
        return self.row.state == QUEUED and self.row.claimed_by is not None

    @property
    def next_at(self) -> datetime | None:
        """Return when it is tried next, None where it is not or is just being sent."""
        if self.row.state != QUEUED or self.sending:
            return None
        return datetime.fromtimestamp(self.row.next_at, UTC)


@dataclass(frozen=True, kw_only=True)
class ChannelNow:
    """A channel with its newest delivery, and ``secret`` where it was just made."""

    row: AlertChannel
    last: DeliveryNow | None = None
    secret: str | None = None

    @property
    def scope(self) -> str:
        """Return whose messages it carries."""
        return PLATFORM if self.row.owner_id is None else OWN

    @property
    def is_failing(self) -> bool:
        """Return whether its last attempts all failed."""
        return self.row.failures >= FAILING_AFTER


@dataclass(frozen=True, kw_only=True)
class DeliveryPage:
    """Deliveries, the newest first; ``next_after`` asks for the page after it."""

    items: list[DeliveryNow]
    next_after: int | None
