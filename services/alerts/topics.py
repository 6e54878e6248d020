"""How alerts are called in the audit log, and on whose topic their changes are published."""

from dataclasses import dataclass
from typing import ClassVar

from app.db.uow import UnitOfWork
from app.events import Event
from app.models.alert import Alert

KIND = "alert"


@dataclass(frozen=True, kw_only=True)
class AlertChanged(Event):
    """An alert fires, has recovered, is worse, was muted or unmuted."""

    type: ClassVar[str] = "alert_changed"
    alert_id: int
    rule: str
    state: str
    severity: str


def publish_alert(unit: UnitOfWork, row: Alert) -> None:
    """Publish the state of an alert to its owner, or that of the platform to the admins."""
    event = AlertChanged(alert_id=row.id, rule=row.rule, state=row.state, severity=row.severity)
    unit.publish("admins" if row.owner_id is None else f"user:{row.owner_id}", event)
