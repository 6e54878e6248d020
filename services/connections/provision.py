"""The schedules of a connection: made with it, reset by a new sign-in, archived with it."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.jobs.engine import JobEngine
from app.models.connection import ServiceConnection
from app.models.schedule import Schedule
from services.connections.clients.days import FINAL
from services.connections.clients.platforms import NAMES
from services.connections.list import require_person
from services.connections.repository import live_of
from services.connections.schedule import CHECK_CRON, CHECK_NAME, REFRESH_CRON, REFRESH_NAME
from services.connections.types import ARCHIVED
from services.scheduler.dispatch.begin import actor_of
from services.scheduler.schedules.archive import archive_in
from services.scheduler.schedules.create import add_schedule
from services.scheduler.schedules.definition import ScheduleDefinition
from services.scheduler.schedules.lifecycle import reset_schedule

JITTER_S = 1800
_STOPPED = ("cooling_off", "half_open", "needs_intervention")


def schedules_of(session: Session, row: ServiceConnection) -> Sequence[Schedule]:
    """Return the schedules that are about a connection and not archived."""
    query = select(Schedule).where(
        Schedule.kind.in_((REFRESH_NAME, CHECK_NAME)),
        Schedule.owner_id == row.owner_id,
        Schedule.state != ARCHIVED,
    )
    every = session.scalars(query.order_by(Schedule.id)).all()
    return [one for one in every if one.params.get("connection_id") == row.id]


def ensure_schedules(unit: UnitOfWork, row: ServiceConnection) -> list[Schedule]:
    """Make the schedules that a connection lacks: its check, and with a property its refresh."""
    there = {one.kind for one in schedules_of(unit.session, row)}
    owner = actor_of(unit.session, row.owner_id)
    missing = [one for one in _definitions(row) if one.kind not in there]
    return [add_schedule(unit, owner, definition) for definition in missing]


def ensure_all(database: Database, actor: Actor, user_id: str) -> list[int]:
    """Make what the connections of a person lack; return the ids that are new. Raises NotFound."""
    owner_id = require_person(database, actor, user_id)
    with database.write() as unit:
        rows = live_of(unit.session, owner_id)
        return [made.id for row in rows for made in ensure_schedules(unit, row)]


def archive_schedules(
    engine: JobEngine, unit: UnitOfWork, actor: Actor, row: ServiceConnection
) -> None:
    """Archive the schedules of a connection and cancel what of them is open."""
    for schedule in schedules_of(unit.session, row):
        archive_in(engine, unit, actor, schedule)


def reset_stopped(database: Database, actor: Actor, row: ServiceConnection) -> None:
    """Let the schedules go on that stopped because the sign-in was over."""
    with database.read() as session:
        stopped = [one.id for one in schedules_of(session, row) if one.state in _STOPPED]
    for number in stopped:
        reset_schedule(database, actor, str(number))


def _definitions(row: ServiceConnection) -> list[ScheduleDefinition]:
    name = f"{NAMES[row.platform]} {row.id}"
    about = {"connection_id": row.id}
    made = [
        ScheduleDefinition(
            kind=CHECK_NAME,
            name=f"{name}: check",
            params=about,
            cron=CHECK_CRON,
            jitter_s=JITTER_S,
        )
    ]
    if row.site is not None:
        refresh = ScheduleDefinition(
            kind=REFRESH_NAME,
            name=f"{name}: refresh",
            params=about | {"data_state": FINAL},
            cron=REFRESH_CRON,
            jitter_s=JITTER_S,
            catch_up="one",
        )
        made.append(refresh)
    return made
