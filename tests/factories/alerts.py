"""Alerts as the clock makes them, for tests: schedules, executions that ended, and one look."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.models.alert import Alert, AlertEvent
from app.resources import Resources
from services.alerts.evaluate import evaluate
from tests.factories.overview import make_execution, make_schedule

ALERTS = "/api/scheduler/alerts"


def look(resources: Resources, at: datetime | None = None) -> int:
    """Look as the clock does; return how many messages went out."""
    return evaluate(resources.database, resources.minutes, at)


def executions(resources: Resources, owner_id: int, failed: int, ended: int, **values: Any) -> int:
    """Write executions of a schedule that ended just now; return the schedule's number."""
    number = make_schedule(resources, owner_id, **values)
    for place in range(ended):
        make_execution(resources, number, "failed" if place < failed else "succeeded")
    return number


def stored(resources: Resources, rule: str) -> list[Alert]:
    """Return the alerts of a rule by scope."""
    query = select(Alert).where(Alert.rule == rule).order_by(Alert.scope)
    with resources.database.read() as session:
        return list(session.scalars(query))


def history(resources: Resources, rule: str) -> list[str]:
    """Return what happened to the alerts of a rule, the oldest first."""
    query = select(AlertEvent.type).join(Alert, Alert.id == AlertEvent.alert_id)
    with resources.database.read() as session:
        return list(session.scalars(query.where(Alert.rule == rule).order_by(AlertEvent.id)))
