"""A message as it is sent: with its own number, and links that lead here."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """One message for one receiver; ``message_id`` is the same at every attempt.

    ``url`` is where it is shown on this platform, ``language`` that of the words around it.
    """

    message_id: str
    cause: str
    phase: str
    severity: str
    title: str
    text: str
    url: str
    at: datetime
    language: str


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a channel sends: an address, and for webhooks the secret that signs."""

    address: str
    secret: str | None = None

    def __repr__(self) -> str:
        """Return the name alone: both are secrets."""
        return "Target(***)"
