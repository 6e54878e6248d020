"""What the use cases of alerts take and give back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.models.alert import Alert, AlertEvent


@dataclass(frozen=True, kw_only=True)
class AlertFilter:
    """Which alerts; None leaves a part open. ``muted`` are those whose mute is not over."""

    state: str | None = None
    rule: str | None = None
    muted: bool | None = None


@dataclass(frozen=True, kw_only=True)
class AlertCard:
    """One alert; ``muted_until`` is None where no mute holds.

    ``undelivered`` is one whose newest message reached nobody and will not.
    """

    alert: Alert
    undelivered: bool
    muted_until: datetime | None
    muted_by: str | None
    mute_reason: str | None

    @property
    def is_platform(self) -> bool:
        """Whether it is the platform's, and so the admins'."""
        return self.alert.owner_id is None


@dataclass(frozen=True, kw_only=True)
class AlertPage:
    """A page of alerts, those that fire first."""

    items: Sequence[AlertCard]
    next_after: str | None


@dataclass(frozen=True, kw_only=True)
class AlertStep:
    """Something in the history of an alert; ``who`` is None for the platform itself."""

    event: AlertEvent
    who: str | None


@dataclass(frozen=True, kw_only=True)
class AlertDetail:
    """An alert with its history, the newest first."""

    card: AlertCard
    history: Sequence[AlertStep]


@dataclass(frozen=True, kw_only=True)
class AlertSummary:
    """What the bell shows: how many fire and are not muted, the newest of them.

    ``undelivered`` are those of them whose newest message reached nobody and will not.
    """

    firing: int
    undelivered: int
    items: Sequence[AlertCard]
