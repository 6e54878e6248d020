"""Changing a channel, and renewing the secret that signs its messages."""

from collections.abc import Mapping
from typing import Any

from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.errors import Conflict
from app.models.channel import AlertChannel
from services.channels.access import require_channel
from services.channels.sending.envelope import Target
from services.channels.sending.webhook import new_secret
from services.channels.targets import checked_target, hint_of
from services.channels.topics import subject_of
from services.channels.types import WEBHOOK, ChannelNow, ChannelPorts


def update_channel(
    ports: ChannelPorts, actor: Actor, number: str, changes: Mapping[str, Any]
) -> AlertChannel:
    """Change name, target, lowest, language or enabled; what is left out stays.

    A webhook keeps its secret where its address changes. Raises NotFound, Invalid and
    MailNotConfigured.
    """
    with ports.database.write() as unit:
        row = require_channel(unit.session, actor, number, lock=True)
        values = dict(changes)
        if "target" in values:
            _move(ports, row, values.pop("target"))
        for name, value in values.items():
            setattr(row, name, value)
        if {"target", "enabled"} & changes.keys():
            row.failures = 0
        row.updated_at = now()
        detail = {"fields": sorted(changes)}
        record(unit, actor, "channel_changed", subject_of(row.id), detail)
    return row


def renew_secret(ports: ChannelPorts, actor: Actor, number: str) -> ChannelNow:
    """Give a webhook another secret, from its next message on; the one before is of no use then.

    Raises NotFound, and Conflict for what has none.
    """
    with ports.database.write() as unit:
        row = require_channel(unit.session, actor, number, lock=True)
        if row.kind != WEBHOOK:
            raise Conflict("Only webhooks are signed: this channel has no secret.")
        target = ports.vault.target_of(row)
        secret = new_secret()
        sealed = Target(address=target.address, secret=secret)
        row.target_encrypted, row.updated_at = ports.vault.encrypt(row.id, sealed), now()
        record(unit, actor, "channel_secret_renewed", subject_of(row.id))
    return ChannelNow(row=row, secret=secret)


def _move(ports: ChannelPorts, row: AlertChannel, text: str) -> None:
    address = checked_target(ports.settings, row.kind, text)
    secret = ports.vault.target_of(row).secret if row.kind == WEBHOOK else None
    sealed = Target(address=address, secret=secret)
    row.target_encrypted, row.hint = ports.vault.encrypt(row.id, sealed), hint_of(row.kind, address)
