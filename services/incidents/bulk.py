"""Doing something about all incidents that a filter keeps, with a dry run that counts them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.auth.audit import record
from app.db.engine import Database
from app.models.incident import ACKNOWLEDGED, FIXED, OPEN, SNOOZED, Incident
from app.settings import Settings
from services.incidents.access import KIND
from services.incidents.change import check_snooze, set_state
from services.incidents.read import matching
from services.incidents.retry import retry_of
from services.incidents.types import IncidentBulk, IncidentFilter

MAX_CHANGED = 1000  # incidents that one request changes


@dataclass(frozen=True, kw_only=True)
class BulkAction:
    """What to do: ``ids`` are the only ones of those that the filter keeps, where given.

    ``until`` and ``more`` are for snoozing, ``what`` says what fixed them.
    """

    action: str
    which: IncidentFilter
    ids: Sequence[int] | None = None
    until: datetime | None = None
    more: int | None = None
    what: str = ""
    dry_run: bool = False


FROM = {
    "acknowledge": (OPEN, SNOOZED),
    "snooze": (OPEN, ACKNOWLEDGED, SNOOZED),
    "fixed": (OPEN, ACKNOWLEDGED, SNOOZED),
    "reopen": (ACKNOWLEDGED, SNOOZED, FIXED),
    "retry": (OPEN, ACKNOWLEDGED, SNOOZED),
}
ACTIONS = tuple(FROM)
_STATES = {
    "acknowledge": ACKNOWLEDGED,
    "snooze": SNOOZED,
    "fixed": FIXED,
    "reopen": OPEN,
}


def change_incidents(
    database: Database, actor: Actor, settings: Settings, action: BulkAction
) -> IncidentBulk:
    """Do ``action`` to at most 1000 matching incidents; raises Invalid as snoozing does."""
    if action.action == "snooze":
        check_snooze(action.until, action.more)
    if action.action == "retry":
        return _retry(database, actor, settings, action)
    with database.write() as unit:
        count = _count(unit.session, actor, action)
        if action.dry_run:
            return IncidentBulk(dry_run=True, matching=count, changed=0)
        rows = _matching(unit.session, actor, action, lock=True)
        for row in rows:
            _change(row, actor, action)
        detail = {"action": action.action, "incidents": len(rows)}
        record(unit, actor, "incidents_changed", KIND, detail)
        return IncidentBulk(dry_run=False, matching=count, changed=len(rows))


def _change(row: Incident, actor: Actor, action: BulkAction) -> None:
    set_state(row, actor, _STATES[action.action])
    if action.action == "snooze":
        row.snooze_until = action.until
        row.snooze_count = None if action.more is None else row.count + action.more
    if action.action == "fixed":
        row.fixed_note = action.what


def _retry(
    database: Database, actor: Actor, settings: Settings, action: BulkAction
) -> IncidentBulk:
    with database.read() as session:
        count = _count(session, actor, action)
        ids = [one.id for one in _matching(session, actor, action)]
    retried = retry_of(database, actor, ids, settings, dry_run=action.dry_run)
    return IncidentBulk(dry_run=action.dry_run, matching=count, changed=0, retried=retried)


def _kept(actor: Actor, action: BulkAction) -> list[ColumnElement[bool]]:
    kept = [*matching(actor, action.which), Incident.state.in_(FROM[action.action])]
    return kept if action.ids is None else [*kept, Incident.id.in_(action.ids)]


def _count(session: Session, actor: Actor, action: BulkAction) -> int:
    return session.scalar(select(func.count(Incident.id)).where(*_kept(actor, action))) or 0


def _matching(
    session: Session, actor: Actor, action: BulkAction, *, lock: bool = False
) -> Sequence[Incident]:
    query = select(Incident).where(*_kept(actor, action)).order_by(Incident.id).limit(MAX_CHANGED)
    return session.scalars(query.with_for_update() if lock else query).all()
