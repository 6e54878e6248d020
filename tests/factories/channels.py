"""Channels as rows, and messages for them."""

from datetime import UTC, datetime
from typing import Any

from app.clock import now
from app.models.channel import AlertChannel
from app.resources import Resources
from services.channels.message import RAISED, Message
from services.channels.secret import ChannelVault
from services.channels.sending.envelope import Target
from services.channels.sending.webhook import new_secret

AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
HOOK = "https://hooks.example.org/services/T0/B0/path-secret-4711"


def make_channel(
    resources: Resources, owner_id: int | None, target: str = HOOK, **values: Any
) -> int:
    """Write a channel, a webhook unless ``kind`` says otherwise; return its id."""
    at = now()
    defaults: dict[str, Any] = {"kind": "webhook", "name": "a channel", "hint": "https://hint"}
    defaults |= {"language": "en", "lowest": "info", "enabled": True, "failures": 0}
    row = AlertChannel(owner_id=owner_id, created_at=at, updated_at=at, **(defaults | values))
    with resources.database.write() as unit:
        unit.session.add(row)
        unit.session.flush()
        sealed = Target(address=target, secret=new_secret() if row.kind == "webhook" else None)
        row.target_encrypted = ChannelVault(resources.settings.home).encrypt(row.id, sealed)
        return row.id


def message(owner_id: int | None, **values: Any) -> Message:
    """Return a message about a cause."""
    defaults: dict[str, Any] = {
        "cause": "error_rate",
        "phase": RAISED,
        "severity": "warning",
        "title": "Many attempts fail",
        "text": "12 of 20 attempts failed in the last hour.",
        "href": "/alerts",
        "at": AT,
    }
    return Message(owner_id=owner_id, **(defaults | values))
