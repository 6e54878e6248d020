"""What people do about one incident: acknowledge, snooze, assign, fix, reopen and note."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.errors import Conflict, Invalid
from app.models.incident import ACKNOWLEDGED, FIXED, OPEN, SNOOZED, Incident, IncidentNote
from app.models.user import User
from app.topics import name_of
from services.incidents.access import KIND, require_incident

MAX_SNOOZE = timedelta(days=366)


@contextmanager
def changing(
    database: Database, actor: Actor, number: str, action: str, detail: Mapping[str, object]
) -> Iterator[Incident]:
    """Lock an incident, let it be changed, and note that in the audit log."""
    with database.write() as unit:
        row = require_incident(unit.session, actor, number, lock=True)
        yield row
        record(unit, actor, action, name_of(KIND, row.id), dict(detail))


def acknowledge_incident(database: Database, actor: Actor, number: str) -> None:
    """Note that somebody has seen it; raises Conflict where it is fixed."""
    with changing(database, actor, number, "incident_acknowledged", {}) as row:
        if row.state == FIXED:
            raise Conflict("It is fixed already: only what is open or snoozed is acknowledged.")
        set_state(row, actor, ACKNOWLEDGED)


def snooze_incident(
    database: Database,
    actor: Actor,
    number: str,
    *,
    until: datetime | None = None,
    more: int | None = None,
) -> None:
    """Let it rest until a time, or until it has failed ``more`` times, whichever is first.

    Raises Invalid where neither is given or the time is over, Conflict where it is fixed.
    """
    check_snooze(until, more)
    detail = {"until": None if until is None else until.isoformat(), "more": more}
    with changing(database, actor, number, "incident_snoozed", detail) as row:
        if row.state == FIXED:
            raise Conflict("It is fixed already: there is nothing to snooze.")
        set_state(row, actor, SNOOZED)
        row.snooze_until = until
        row.snooze_count = None if more is None else row.count + more


def check_snooze(until: datetime | None, more: int | None) -> None:
    """Raise Invalid where a snooze has no end, or one that is over."""
    if until is None and more is None:
        detail = "Give until (a time) or more (a number of failures)."
        raise Invalid(detail, errors={"until": [detail]})
    if until is not None and not now() < until <= now() + MAX_SNOOZE:
        detail = f"until is {until.isoformat()}: give a time within the next 366 days."
        raise Invalid(detail, errors={"until": [detail]})


def fix_incident(database: Database, actor: Actor, number: str, what: str) -> None:
    """Note what fixed it; an attempt that begins after that and fails opens it again."""
    with changing(database, actor, number, "incident_fixed", {}) as row:
        set_state(row, actor, FIXED)
        row.fixed_note = what


def reopen_incident(database: Database, actor: Actor, number: str) -> None:
    """Take back what was done about it."""
    with changing(database, actor, number, "incident_reopened", {}) as row:
        set_state(row, actor, OPEN)


def set_state(row: Incident, actor: Actor, state: str) -> None:
    """Set the state of a locked incident; what belonged to the one before is over."""
    row.state, row.state_at, row.state_by = state, now(), actor.audit_id
    row.snooze_until = row.snooze_count = row.fixed_note = row.regressed_at = None


def assign_incident(database: Database, actor: Actor, number: str, user_id: int | None) -> None:
    """Say who looks after it: its owner, an admin, or nobody.

    Raises Invalid for others, as they cannot see it.
    """
    with database.write() as unit:
        row = require_incident(unit.session, actor, number, lock=True)
        user = None if user_id is None else unit.session.get(User, user_id)
        if user_id is not None and not _may_look_after(row, user):
            detail = f"user_id is {user_id}: only its owner and admins can see this incident."
            raise Invalid(detail, errors={"user_id": [detail]})
        row.assignee_id = user_id
        record(unit, actor, "incident_assigned", name_of(KIND, row.id), {"user_id": user_id})


def _may_look_after(row: Incident, user: User | None) -> bool:
    if user is None or not user.is_active:
        return False
    return user.role == "admin" or user.id == row.owner_id


def note_incident(database: Database, actor: Actor, number: str, text: str) -> None:
    """Add a note."""
    with database.write() as unit:
        row = require_incident(unit.session, actor, number)
        unit.session.add(
            IncidentNote(incident_id=row.id, author_id=actor.audit_id, at=now(), text=text)
        )
        record(unit, actor, "incident_noted", name_of(KIND, row.id))
