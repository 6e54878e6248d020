"""Counting settled events and executions by the hour: the clock adds, a clean-up takes off.

Both hold the row of the bound, so that nothing is counted that is being deleted.
"""

import time
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from app.clock import now
from app.db.base import Base
from app.db.engine import Database
from app.db.upsert import insert_into
from app.models.row_count import CountedUntil, HourlyCount
from services.scheduler.totals.hours import EVENTS, EXECUTIONS, NOBODY, CountedTable, hour_of

PORTION = 1000  # rows that are counted in one transaction
SETTLED = timedelta(minutes=10)  # longer than any transaction: what has a lower id is committed
REST = 0.5  # of the time of a portion, before the next one
COUNTS = Base.metadata.tables[HourlyCount.__tablename__]
KEY = ("owner_no", "hour", "word")
SOURCES = {one.model: one for one in (EVENTS, EXECUTIONS)}


def count_hours(database: Database, at: datetime | None = None) -> int:
    """Count what has settled, a portion in each transaction; return how many rows that were."""
    total = 0
    for source in SOURCES.values():
        while number := _count_portion(database, source, at or now()):
            total += number
    return total


def _count_portion(database: Database, source: CountedTable, at: datetime) -> int:
    began = time.monotonic()
    with database.write() as unit:
        bound = _held_bound(unit.session, source, at)
        if at - bound.next_at < SETTLED:
            return 0
        rows = _rows(unit.session, source, bound)
        _add(unit.session, source, rows)
        bound.until_id = rows[-1].id if len(rows) == PORTION else bound.next_id
        if bound.until_id == bound.next_id:
            _renew(unit.session, source, bound, at)
    time.sleep(REST * (time.monotonic() - began) if len(rows) == PORTION else 0)
    return len(rows)


def _held_bound(session: Session, source: CountedTable, at: datetime) -> CountedUntil:
    """Return the locked bound of a source; the first time nothing is counted yet."""
    first = insert_into(session, CountedUntil).on_conflict_do_nothing()
    newest = session.scalar(select(func.max(source.model.id))) or 0
    values = {"source": source.name, "until_id": 0, "next_id": newest, "next_at": at}
    held = select(CountedUntil).where(CountedUntil.source == source.name).with_for_update()
    bound = session.scalars(held).one_or_none()
    if bound is None:
        session.execute(first, [values])
        bound = session.scalars(held).one()
    return bound


def _rows(session: Session, source: CountedTable, bound: CountedUntil) -> Sequence[Any]:
    model = source.model
    query = select(model.id, model.owner_id, model.created_at, source.word.label("word"))
    settled = query.where(model.id > bound.until_id, model.id <= bound.next_id)
    return session.execute(settled.order_by(model.id).limit(PORTION)).all()


def _keyed(rows: Iterable[Any]) -> dict[tuple[int, datetime, str], list[int]]:
    """Return the ids of rows by owner, hour and word, in the order of the keys."""
    keyed = sorted(((row.owner_id or NOBODY, hour_of(row.created_at), row.word), row.id)
                   for row in rows)  # fmt: skip
    by_key = groupby(keyed, key=lambda pair: pair[0])
    return {key: [number for _, number in pairs] for key, pairs in by_key}


def _add(session: Session, source: CountedTable, rows: Sequence[Any]) -> None:
    if not rows:
        return
    values = [
        dict(zip(KEY, key, strict=True))
        | {"source": source.name, "number": len(ids), "first_id": ids[0], "last_id": ids[-1]}
        for key, ids in _keyed(rows).items()
    ]
    insert = insert_into(session, COUNTS)
    more = {
        "number": COUNTS.c.number + insert.excluded.number,
        "last_id": insert.excluded.last_id,  # the bound only goes up
    }
    added = insert.on_conflict_do_update(index_elements=list(COUNTS.primary_key), set_=more)
    session.connection().execute(added, values)


def _renew(session: Session, source: CountedTable, bound: CountedUntil, at: datetime) -> None:
    """Note up to where rows are counted next; hours whose rows are all gone go, too."""
    bound.next_id = max(bound.until_id, session.scalar(select(func.max(source.model.id))) or 0)
    bound.next_at = at
    gone = (HourlyCount.source == source.name) & (HourlyCount.number == 0)
    session.execute(delete(HourlyCount).where(gone))


def forget_counted(session: Session, model: Any, ids: Sequence[int]) -> None:
    """Take rows off that are about to be deleted, as far as they are counted."""
    source = SOURCES[model]
    held = select(CountedUntil.until_id).where(CountedUntil.source == source.name)
    until = session.scalar(held.with_for_update()) or 0
    query = select(model.id, model.owner_id, model.created_at, source.word.label("word"))
    rows = session.execute(query.where(model.id.in_(ids), model.id <= until)).all()
    if not rows:
        return
    values = [
        {f"its_{name}": part for name, part in zip(KEY, key, strict=True)} | {"less": len(some)}
        for key, some in _keyed(rows).items()
    ]
    this = [COUNTS.c[name] == bindparam(f"its_{name}") for name in KEY]
    fewer = update(COUNTS).where(COUNTS.c.source == source.name, *this)
    session.connection().execute(fewer.values(number=COUNTS.c.number - bindparam("less")), values)
