"""Creating a bell and queueing its first strike."""

from app.auth.actor import Actor
from app.auth.audit import record
from app.db.engine import Database
from app.db.uow import NewJob
from app.topics import name_of
from tests.toy_domain.models import Bell

JOB_KIND = "strike_bell"


def create_bell(database: Database, actor: Actor, name: str) -> Bell:
    """Store the bell, its job and its audit entry in one commit."""
    with database.write() as unit:
        bell = Bell(name=name, owner_id=actor.user_id, visibility="private", strikes=0)
        unit.session.add(bell)
        unit.session.flush()
        subject = name_of("bell", bell.id)
        unit.enqueue(NewJob(kind=JOB_KIND, queue="io", subject=subject, owner_id=actor.user_id))
        record(unit, actor, "bell_created", subject)
    return bell
