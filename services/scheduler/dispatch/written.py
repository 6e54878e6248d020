"""Writing a batch of due schedules: what many of them have in common takes one statement.

A statement for many rows reads what differs out of the schedules, which this transaction holds.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, bindparam, insert, literal, select, update
from sqlalchemy.orm import Session

from app import strict_json
from app.db.base import Base
from app.db.id_sets import has_id
from app.db.types import json_text
from app.db.upsert import insert_into
from app.jobs import states
from app.models.schedule import SKIPPED, ScheduleEvent, ScheduleExecution
from services.scheduler.counters import add_counts, add_lags
from services.scheduler.dispatch.batch import NEXT, DueBatch, Made
from services.scheduler.dispatch.taken import MEMBER, SCHEDULES, DueSchedules, ids_of

SHARED = 5  # from so many on, rows that are alike are written together
TYPES = {states.QUEUED: "job_scheduled", SKIPPED: "job_skipped"}
OF_SCHEDULE = ("owner_id", "visibility", "kind", "version")
EXECUTIONS, EVENTS = (
    Base.metadata.tables[one.__tablename__] for one in (ScheduleExecution, ScheduleEvent)
)
Group = tuple[Made, list[DueSchedules]]


def write_batch(session: Session, batch: DueBatch) -> None:
    """Store what became of the schedules that were due."""
    _move(session, batch)
    # the oldest time first: executions of one schedule have their turns in the order of their ids
    groups = sorted(batch.made.items(), key=lambda group: group[0].scheduled_for or batch.at)
    for is_shared, some in groupby(groups, key=lambda group: len(ids_of(group[1])) >= SHARED):
        (_write_shared if is_shared else _write_rows)(session, batch, some)
    if groups:
        add_counts(session, batch.counts)
        add_lags(session, batch.lags)


def _write_rows(session: Session, batch: DueBatch, groups: Iterable[Group]) -> None:
    every = [(made, row, member) for made, rows in groups for row in rows for member in row.members]
    connection = session.connection()
    # a clock that was put back may come to a due time again
    created = insert_into(session, EXECUTIONS).on_conflict_do_nothing()
    connection.execute(created, [_execution(batch, *one) for one in every])
    connection.execute(insert(EVENTS), [_event(batch, *one) for one in every])


def _execution(
    batch: DueBatch, made: Made, row: DueSchedules, member: Sequence[Any]
) -> dict[str, Any]:
    its = dict(zip(MEMBER, member, strict=True))
    of_schedule = {name: its[name] if name in its else getattr(row, name) for name in OF_SCHEDULE}
    return {"schedule_id": its["id"], **of_schedule, **_alike(batch, made)}


def _alike(batch: DueBatch, made: Made) -> dict[str, Any]:
    """Return the columns of an execution that its schedule does not decide."""
    return {"source": "schedule", "attempt": 0, "created_at": batch.at, **made._asdict()}


def _event(batch: DueBatch, made: Made, row: DueSchedules, member: Sequence[Any]) -> dict[str, Any]:
    number, _, name = member
    return {
        "type": TYPES[made.state],
        "owner_id": row.owner_id,
        "schedule_id": number,
        "created_at": batch.at,
        "data": {"kind": row.kind, "name": name, **_said(made)},
    }


def _said(made: Made) -> dict[str, Any]:
    return {
        "scheduled_for": made.scheduled_for,
        "reason": made.skip_reason,
        "missed": made.missed,
    }


def _write_shared(session: Session, batch: DueBatch, groups: Iterable[Group]) -> None:
    for made, rows in groups:
        those = has_id(session, SCHEDULES.c.id, ids_of(rows))
        _copy_executions(session, batch, made, those)
        _copy_events(session.connection(), batch, made, those)


def _copy_executions(
    session: Session, batch: DueBatch, made: Made, those: ColumnElement[bool]
) -> None:
    columns: dict[str, Any] = {"schedule_id": SCHEDULES.c.id}
    columns |= {name: SCHEDULES.c[name] for name in OF_SCHEDULE}
    for name, value in _alike(batch, made).items():
        columns[name] = literal(value, EXECUTIONS.c[name].type)
    created = insert_into(session, EXECUTIONS).from_select(list(columns), _of(those, columns))
    session.connection().execute(created.on_conflict_do_nothing())


def _of(those: ColumnElement[bool], columns: dict[str, Any]) -> Any:
    named = (column.label(name) for name, column in columns.items())
    return select(*named).where(those).order_by(SCHEDULES.c.id)


def _copy_events(
    connection: Connection, batch: DueBatch, made: Made, those: ColumnElement[bool]
) -> None:
    columns = {
        "type": literal(TYPES[made.state], EVENTS.c.type.type),
        "owner_id": SCHEDULES.c.owner_id,
        "schedule_id": SCHEDULES.c.id,
        "created_at": literal(batch.at, EVENTS.c.created_at.type),
        "data": _data(made),
    }
    connection.execute(insert(EVENTS).from_select(list(columns), _of(those, columns)))


def _data(made: Made) -> Any:
    """Return the same JSON as ``_event``, put together by the database around the two names."""
    rest = "," + strict_json.dumps(_said(made))[1:]
    kind, name = (json_text(SCHEDULES.c[one]) for one in ("kind", "name"))
    before, between, after = (literal(one, Text) for one in ('{"kind":', ',"name":', rest))
    return before.concat(kind).concat(between).concat(name).concat(after)


def _move(session: Session, batch: DueBatch) -> None:
    """Store when each schedule is due next: many that share their times in one statement."""
    connection = session.connection()
    one_by_one: list[dict[str, Any]] = []
    for following, ids in batch.moved_to.items():
        to_it = dict(zip(NEXT, following, strict=True), dispatched_at=batch.at)
        if len(ids) < SHARED:
            one_by_one += [{"row_id": one, **to_it} for one in ids]
        else:
            those = has_id(session, SCHEDULES.c.id, ids)
            connection.execute(update(SCHEDULES).where(those).values(**to_it))
    circuits, stopped = (
        [{**one, "dispatched_at": batch.at} for one in some]
        for some in (batch.circuits, batch.stopped)
    )
    for rows in (one_by_one, circuits, stopped):
        if rows:
            columns: dict[str, Any] = {
                name: bindparam(name) for name in rows[0] if name != "row_id"
            }
            moved = update(SCHEDULES).where(SCHEDULES.c.id == bindparam("row_id"))
            connection.execute(moved.values(columns), rows)
