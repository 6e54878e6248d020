"""The versions of a schedule: who said what, and what that changed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.access import require_visible
from app.auth.actor import Actor
from app.db.engine import Database
from app.models.schedule import Schedule, ScheduleVersion
from services.scheduler.schedules.definition import as_json, definition_of


def add_version(
    session: Session, row: Schedule, actor: Actor, changes: Mapping[str, Any], at: datetime
) -> None:
    """Store what the row says now as its version."""
    session.add(
        ScheduleVersion(
            schedule_id=row.id,
            version=row.version,
            user_id=actor.audit_id,
            definition=as_json(definition_of(row)),
            changes=dict(changes),
            created_at=at,
        )
    )


def list_versions(database: Database, actor: Actor, schedule_id: str) -> Sequence[ScheduleVersion]:
    """Return the versions of a schedule, the newest first."""
    with database.read() as session:
        row = require_visible(session, Schedule, schedule_id, actor, what="Schedule")
        query = select(ScheduleVersion).where(ScheduleVersion.schedule_id == row.id)
        return session.scalars(query.order_by(ScheduleVersion.version.desc())).all()
