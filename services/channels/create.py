"""Making a channel; the secret that signs its messages is shown once."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.auth.access import require_member
from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.errors import Forbidden
from app.models.channel import AlertChannel
from services.channels.errors import TooManyChannels
from services.channels.sending.envelope import Target
from services.channels.sending.webhook import new_secret
from services.channels.targets import checked_target, hint_of
from services.channels.topics import subject_of
from services.channels.types import PLATFORM, WEBHOOK, ChannelNow, ChannelPorts, NewChannel

MAX_CHANNELS = 20


def create_channel(ports: ChannelPorts, actor: Actor, new: NewChannel) -> ChannelNow:
    """Return a new channel, a webhook with its secret.

    Raises Forbidden, Invalid, MailNotConfigured and TooManyChannels.
    """
    require_member(actor)
    if new.scope == PLATFORM and not actor.is_admin:
        raise Forbidden("Only an admin makes channels of the platform.")
    target = checked_target(ports.settings, new.kind, new.target)
    secret = new_secret() if new.kind == WEBHOOK else None
    owner_id = None if new.scope == PLATFORM else actor.user_id
    with ports.database.write() as unit:
        _require_room(unit.session, owner_id)
        row = _row(new, owner_id, hint_of(new.kind, target))
        unit.session.add(row)
        unit.session.flush()
        sealed = Target(address=target, secret=secret)
        row.target_encrypted = ports.vault.encrypt(row.id, sealed)
        detail = {"kind": new.kind, "scope": new.scope, "lowest": new.lowest}
        record(unit, actor, "channel_created", subject_of(row.id), detail)
    return ChannelNow(row=row, secret=secret)


def _row(new: NewChannel, owner_id: int | None, hint: str) -> AlertChannel:
    at = now()
    return AlertChannel(
        owner_id=owner_id,
        kind=new.kind,
        name=new.name,
        hint=hint,
        language=new.language,
        lowest=new.lowest,
        enabled=True,
        failures=0,
        created_at=at,
        updated_at=at,
    )


def _require_room(session: Session, owner_id: int | None) -> None:
    same = AlertChannel.owner_id.is_not_distinct_from(owner_id)
    count = session.scalar(select(func.count()).select_from(AlertChannel).where(same)) or 0
    if count >= MAX_CHANNELS:
        raise TooManyChannels(f"There are {count} channels already: delete one first.")
