"""Adding an entry: what could not run is refused now, by field, and nothing is stored."""

from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from app.auth.access import require_member
from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.errors import RoundhouseError
from app.models.benchmark_queue import DONE, QUEUED, WAITING, QueueEntry
from services.benchmarks.queue.configs import config_of
from services.benchmarks.queue.errors import EntryNotFound, EntryRefused
from services.benchmarks.queue.fills import check_fills, filled_by, inject, refused
from services.benchmarks.queue.kinds import KINDS
from services.benchmarks.queue.repository import locked_queue, next_position, visible_entry
from services.benchmarks.queue.settle import BAD
from services.benchmarks.queue.topics import entry_subject, publish_entry
from services.benchmarks.queue.types import NewEntry, named, visibility_of


def add_entry(database: Database, actor: Actor, new: NewEntry) -> int:
    """Put an entry at the end of the actor's queue and return its number.

    Raises EntryRefused, whose fields begin with ``config.`` or are ``depends_on``.
    """
    require_member(actor)
    with database.write() as unit:
        locked_queue(unit.session, actor.user_id)
        earlier = check_entry(unit.session, actor, new)
        row = _row(actor, new, earlier, next_position(unit.session, actor.user_id))
        unit.session.add(row)
        unit.session.flush()
        publish_entry(unit, row)
        detail = {"type": row.type, "label": row.label}
        record(unit, actor, "benchmark_queue_added", entry_subject(row.id), detail)
        return row.id


def check_entry(session: Session, actor: Actor, new: NewEntry) -> QueueEntry | None:
    """Return the entry that it depends on; raises as ``add_entry``."""
    earlier = _dependency(session, actor, new)
    _check(session, actor, new, earlier)
    return earlier


def _dependency(session: Session, actor: Actor, new: NewEntry) -> QueueEntry | None:
    if new.depends_on is None:
        return None
    try:
        earlier = visible_entry(session, actor, new.depends_on)
    except EntryNotFound as unknown:
        raise refused("depends_on", unknown.detail) from None
    if earlier.owner_id != actor.user_id:
        raise refused("depends_on", f"Entry {earlier.id} is in the queue of somebody else.")
    if earlier.status in BAD:
        raise refused("depends_on", f"Entry {earlier.id} is {earlier.status}: retry it first.")
    return earlier


def _check(session: Session, actor: Actor, new: NewEntry, earlier: QueueEntry | None) -> None:
    """Refuse what could not begin, with all that is known of it now."""
    filled = filled_by(new.type, earlier)
    check_fills(new, filled)
    known: dict[str, Any] = {name: value for name, value in filled.items() if value is not None}
    try:
        KINDS[new.type].check(session, actor, replace(new.request, **known), earlier)
    except RoundhouseError as error:
        wrong = error.errors or {"": [error.detail]}
        errors = {f"config.{name}".rstrip("."): said for name, said in wrong.items()}
        raise EntryRefused(error.detail, errors=errors) from None


def _row(actor: Actor, new: NewEntry, earlier: QueueEntry | None, position: int) -> QueueEntry:
    row = QueueEntry(
        owner_id=actor.user_id,
        visibility=visibility_of(new.request),
        type=new.type,
        status=QUEUED if earlier is None or earlier.status == DONE else WAITING,
        position=position,
        label=new.label or named(new.request) or new.type,
        config=config_of(new.request),
        depends_on=new.depends_on,
        created_at=now(),
    )
    if earlier is not None and earlier.status == DONE:
        inject(row, earlier)
    return row
