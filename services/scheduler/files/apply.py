"""Applying a file of schedules: all of it or nothing, in one transaction.

A plan is the same work with its transaction thrown away, so that it says just what would happen.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.auth.actor import SYSTEM, Actor
from app.auth.audit import record
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.errors import RoundhouseError
from app.jobs.engine import JobEngine
from app.models.schedule import Schedule
from services.scheduler.files.order import in_order
from services.scheduler.files.owners import actors_of
from services.scheduler.files.stored import stored_schedules
from services.scheduler.files.types import (
    ARCHIVED,
    CHANGED,
    CREATED,
    UNCHANGED,
    FileChange,
    FileRefused,
    FileSchedule,
    Key,
)
from services.scheduler.repository import locked_schedule
from services.scheduler.schedules.archive import archive_in
from services.scheduler.schedules.create import add_schedule
from services.scheduler.schedules.definition import ScheduleDefinition
from services.scheduler.schedules.update import change_in


class _OnlyPlanned(Exception):
    """Throws away what was written."""


def plan_file(
    database: Database, entries: Sequence[FileSchedule], *, prune: bool, by: Actor = SYSTEM
) -> Sequence[FileChange]:
    """Return what ``apply_file`` would do, and do nothing. Raises FileRefused."""
    changes: Sequence[FileChange] = ()
    try:
        with database.write() as unit:
            changes = _applied(database, unit, entries, prune=prune, by=by)
            raise _OnlyPlanned
    except _OnlyPlanned:
        return changes


def apply_file(
    database: Database, entries: Sequence[FileSchedule], *, prune: bool, by: Actor = SYSTEM
) -> Sequence[FileChange]:
    """Make and change schedules as a file says; with ``prune`` archive others of its owners.

    ``by`` is who applies it: schedules of others are an admin's to change. Raises FileRefused with
    every fault and where it stands; nothing is changed then.
    """
    with database.write() as unit:
        changes = _applied(database, unit, entries, prune=prune, by=by)
        counts = Counter(one.action for one in changes if one.action != UNCHANGED)
        if counts:
            record(unit, by, "schedule_file_applied", "schedules", dict(counts))
        return changes


def _applied(
    database: Database,
    unit: UnitOfWork,
    entries: Sequence[FileSchedule],
    *,
    prune: bool,
    by: Actor,
) -> Sequence[FileChange]:
    owners = {one.owner for one in entries}
    actors = actors_of(unit.session, owners, by)
    if strangers := _strangers(entries, actors):
        raise FileRefused(strangers)
    rows = dict(stored_schedules(unit.session, owners))
    changes = _all_applied(unit, actors, in_order(entries, rows), rows)
    return [*changes, *(_pruned(database, unit, entries, rows, by) if prune else ())]


def _all_applied(
    unit: UnitOfWork,
    actors: Mapping[str, Actor],
    entries: Sequence[FileSchedule],
    rows: dict[Key, Schedule],
) -> list[FileChange]:
    """Apply entries in their order. Raises FileRefused with the faults of all of them."""
    changes, faults, refused = [], list[str](), set[Key]()
    for entry in entries:
        if entry.depends_on is not None and (entry.owner, entry.depends_on) in refused:
            refused.add(entry.key)  # what it waits for is the fault
            continue
        try:
            changes.append(_apply(unit, actors[entry.owner], entry, rows))
        except RoundhouseError as fault:
            refused.add(entry.key)
            faults += _said(entry, fault)
    if faults:
        raise FileRefused(faults)
    return changes


def _strangers(entries: Sequence[FileSchedule], actors: Mapping[str, Actor]) -> list[str]:
    return [
        f"{one.place('owner')}: There is no active account for {one.owner}, or its schedules are "
        "not yours to change."
        for one in entries
        if one.owner not in actors
    ]


def _apply(
    unit: UnitOfWork, actor: Actor, entry: FileSchedule, rows: dict[Key, Schedule]
) -> FileChange:
    definition = _linked(entry, rows)
    row, name = rows.get(entry.key), definition.name
    if row is None:
        rows[entry.key] = add_schedule(unit, actor, definition)
        return FileChange(action=CREATED, owner=entry.owner, name=name)
    diff = change_in(unit, actor, locked_schedule(unit.session, row.id), definition)
    action = CHANGED if diff else UNCHANGED
    return FileChange(action=action, owner=entry.owner, name=name, diff=diff)


def _linked(entry: FileSchedule, rows: Mapping[Key, Schedule]) -> ScheduleDefinition:
    """Return the definition with the number of the schedule that it depends on."""
    if entry.depends_on is None:
        return entry.definition
    return replace(entry.definition, depends_on=rows[entry.owner, entry.depends_on].id)


def _said(entry: FileSchedule, refused: RoundhouseError) -> list[str]:
    column = refused.facts.get("column")
    at = "" if column is None else f", column {column}"
    errors = refused.errors or {"": [refused.detail]}
    return [
        f"{entry.place(name)}{at}: {sentence}" for name, said in errors.items() for sentence in said
    ]


def _pruned(
    database: Database,
    unit: UnitOfWork,
    entries: Sequence[FileSchedule],
    rows: Mapping[Key, Schedule],
    by: Actor,
) -> list[FileChange]:
    """Archive what the owners of a file have beside it."""
    from services.domains import OBSERVERS  # which lists this domain, too

    engine = JobEngine(database, OBSERVERS, lease_seconds=0.0)  # it claims nothing
    kept = {one.key for one in entries}
    gone = [(key, row) for key, row in sorted(rows.items()) if key not in kept]
    for _, row in gone:
        archive_in(engine, unit, by, row)
    return [FileChange(action=ARCHIVED, owner=owner, name=name) for (owner, name), _ in gone]
