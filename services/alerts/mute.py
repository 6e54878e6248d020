"""Muting an alert until a time: it is watched on, and no message goes out."""

from datetime import datetime, timedelta

from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.errors import Invalid
from app.models.alert import Alert, AlertEvent
from app.topics import name_of
from services.alerts.access import require_alert
from services.alerts.topics import KIND, publish_alert

MAX_MUTE = timedelta(days=366)


def mute_alert(
    database: Database, actor: Actor, number: str, *, until: datetime, reason: str
) -> None:
    """Send no message about an alert until a time, which ends the mute by itself.

    Raises Invalid where the time is over, NotFound where the alert is not the actor's.
    """
    if not now() < until <= now() + MAX_MUTE:
        detail = f"until is {until.isoformat()}: give a time within the next 366 days."
        raise Invalid(detail, errors={"until": [detail]})
    with database.write() as unit:
        row = require_alert(unit.session, actor, number, lock=True)
        row.muted_until, row.muted_by, row.mute_reason = until, actor.audit_id, reason
        _note(unit, actor, row, "muted", reason)
        detail_of = {"until": until.isoformat(), "reason": reason}
        record(unit, actor, "alert_muted", name_of(KIND, row.id), detail_of)


def unmute_alert(database: Database, actor: Actor, number: str) -> None:
    """End a mute now; once more is no error. Raises NotFound where it is not the actor's."""
    with database.write() as unit:
        row = require_alert(unit.session, actor, number, lock=True)
        if row.muted_until is None:
            return
        row.muted_until = row.muted_by = row.mute_reason = None
        _note(unit, actor, row, "unmuted", "")
        record(unit, actor, "alert_unmuted", name_of(KIND, row.id))


def _note(unit: UnitOfWork, actor: Actor, row: Alert, kind: str, text: str) -> None:
    event = AlertEvent(alert_id=row.id, type=kind, at=now(), text=text, user_id=actor.audit_id)
    unit.session.add(event)
    publish_alert(unit, row)
