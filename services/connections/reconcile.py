"""Connections and their schedules brought in line: what lacks is made, what has none left goes.

Connecting and disconnecting do so at once; this mends what was changed in between, by hand or by a
restored backup. Doing it again changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.actor import SYSTEM, Actor
from app.clock import now
from app.db.engine import Database
from app.errors import RoundhouseError
from app.jobs.engine import JobEngine
from app.models.connection import ServiceConnection
from app.models.schedule import Schedule
from services.connections.list import require_person
from services.connections.provision import ensure_schedules, schedules_of
from services.connections.repository import live_of
from services.connections.schedule import CHECK_NAME, REFRESH_NAME
from services.connections.types import ARCHIVED
from services.scheduler.dispatch.reconcile import reconcile_attempts
from services.scheduler.schedules.archive import archive_in


@dataclass(kw_only=True)
class Reconciled:
    """What became of a person's connections, in numbers.

    ``skipped`` had all their schedules, ``failures`` were refused them; ``auditable`` have a
    schedule that refreshes them now. ``archived`` are schedules whose connection is gone,
    ``attempts`` those of any schedule that ended without being noted.
    """

    connected: int = 0
    created: int = 0
    skipped: int = 0
    failures: int = 0
    auditable: int = 0
    archived: int = 0
    attempts: int = 0
    reconciled_at: datetime = field(default_factory=now)

    def add(self, other: "Reconciled") -> None:
        """Add the numbers of somebody else's."""
        for name in ("connected", "created", "skipped", "failures", "auditable", "archived"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


def reconcile_person(engine: JobEngine, actor: Actor, user_id: str) -> Reconciled:
    """Bring the schedules of a person's connections in line. Raises NotFound, Invalid."""
    return reconcile_owner(engine, actor, require_person(engine.database, actor, user_id))


def mend_all(database: Database) -> Reconciled:
    """Do what the clock does each hour: ``reconcile_all``, and end attempts whose job is over."""
    from services.domains import OBSERVERS  # which lists this domain, too

    done = reconcile_all(JobEngine(database, OBSERVERS, lease_seconds=0.0))  # it claims nothing
    done.attempts = reconcile_attempts(database)
    return done


def reconcile_all(engine: JobEngine) -> Reconciled:
    """Bring the schedules of all connections in line, one person after the other."""
    about = (Schedule.kind.in_((REFRESH_NAME, CHECK_NAME)), Schedule.state != ARCHIVED)
    with engine.database.read() as session:
        owners = set(session.scalars(select(Schedule.owner_id).where(*about).distinct()))
        live = select(ServiceConnection.owner_id).where(ServiceConnection.state != ARCHIVED)
        owners |= set(session.scalars(live.distinct()))
    total = Reconciled()
    for owner_id in sorted(owners):
        total.add(reconcile_owner(engine, SYSTEM, owner_id))
    return total


def reconcile_owner(engine: JobEngine, actor: Actor, owner_id: int) -> Reconciled:
    """Make what the connections of a person lack, and archive what none is left for."""
    with engine.database.read() as session:
        ids = [row.id for row in live_of(session, owner_id)]
    done = Reconciled(connected=len(ids))
    for connection_id in ids:
        _ensure(engine, connection_id, done)
    with engine.database.write() as unit:
        for orphan in _orphans(unit.session, owner_id):
            archive_in(engine, unit, actor, orphan)
            done.archived += 1
    return done


def _ensure(engine: JobEngine, connection_id: int, done: Reconciled) -> None:
    """Make what one connection lacks, in a transaction of its own: others do not wait for it."""
    try:
        with engine.database.write() as unit:
            row = unit.session.get_one(ServiceConnection, connection_id, with_for_update=True)
            made = ensure_schedules(unit, row)
            kinds = {one.kind for one in schedules_of(unit.session, row)}
    except RoundhouseError:  # its owner may make no schedules any more
        done.failures += 1
        return
    done.created += len(made)
    done.skipped += not made
    done.auditable += REFRESH_NAME in kinds


def _orphans(session: Session, owner_id: int) -> Sequence[Schedule]:
    """Return the schedules of a person that are about a connection which is archived or gone."""
    query = select(Schedule).where(
        Schedule.owner_id == owner_id,
        Schedule.kind.in_((REFRESH_NAME, CHECK_NAME)),
        Schedule.state != ARCHIVED,
    )
    live = select(ServiceConnection.id).where(ServiceConnection.state != ARCHIVED)
    known = set(session.scalars(live))
    rows = session.scalars(query.order_by(Schedule.id)).all()
    return [row for row in rows if row.params.get("connection_id") not in known]
