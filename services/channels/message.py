"""What a channel carries: one message about one cause, in words that stand alone."""

from dataclasses import dataclass
from datetime import datetime

RAISED, REMINDER, RECOVERED, TEST = "raised", "reminder", "recovered", "test"
PHASES = (RAISED, REMINDER, RECOVERED, TEST)
SEVERITIES = ("info", "warning", "critical")


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message about a cause.

    ``owner_id`` is whose channels carry it; null means those that admins made for the platform.
    ``cause`` names what it is about, such as ``error_rate`` or ``late:execution:7``: with ``phase``
    and ``at`` it makes a delivery unique. ``href`` is a path on this platform, ``/alerts``.
    """

    owner_id: int | None
    cause: str
    phase: str
    severity: str
    title: str
    text: str
    href: str
    at: datetime
