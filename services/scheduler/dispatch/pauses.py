"""Ending pauses whose time is over."""

from datetime import datetime

from sqlalchemy import select

from app.auth.actor import SYSTEM
from app.db.engine import Database
from app.models.schedule import Schedule
from services.scheduler.repository import locked_schedule
from services.scheduler.schedules.lifecycle import resume_in


def resume_due(database: Database, at: datetime) -> None:
    """Resume every schedule whose pause ends by itself by now."""
    query = select(Schedule.id).where(Schedule.pause_until <= at)
    with database.read() as session:
        over = session.scalars(query.order_by(Schedule.id)).all()
    for schedule_id in over:
        with database.write() as unit:
            row = locked_schedule(unit.session, schedule_id)
            if row.pause_until is not None and row.pause_until <= at and row.state == "paused":
                resume_in(unit, SYSTEM, row, at)
