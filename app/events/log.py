"""Appending events to their topics and reading them back in order.

The number of an event comes from its topic's counter row, taken inside the transaction that
writes the event: the row lock makes numbers appear in commit order, so a reader that has seen
number n has seen everything before it. A sequence or max()+1 has neither property (design D5).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.clock import now
from app.db.upsert import insert_into
from app.events.base import Event
from app.events.expiry import drop_expired
from app.models.event import EventRow, Topic

PAGE = 500
TRIMMED = "trimmed"


@dataclass(frozen=True, kw_only=True)
class EventsPage:
    """One page of a topic: ``more`` says that ``last_seq`` lies beyond it."""

    events: list[dict[str, Any]]
    last_seq: int
    oldest_seq: int
    more: bool


def append_events(session: Session, events: Mapping[str, Sequence[Event]]) -> dict[str, int]:
    """Number and insert the events of each topic; return each topic's newest seq.

    Topics are taken in sorted order, so that two writers can never wait for each other.
    """
    newest: dict[str, int] = {}
    rows: list[dict[str, Any]] = []
    for topic in sorted(events):
        count = len(events[topic])
        newest[topic] = _advance(session, topic, count)
        first = newest[topic] - count + 1
        rows += [_row(topic, first + i, event) for i, event in enumerate(events[topic])]
    if rows:
        drop_expired(session, events)
        session.execute(insert(EventRow), rows)
    return newest


def _advance(session: Session, topic: str, count: int) -> int:
    statement = insert_into(session, Topic).values(name=topic, last_seq=count)
    statement = statement.on_conflict_do_update(
        index_elements=[Topic.name], set_={"last_seq": Topic.last_seq + count}
    )
    return session.execute(statement.returning(Topic.last_seq)).scalar_one()


def _row(topic: str, seq: int, event: Event) -> dict[str, Any]:
    return {
        "topic": topic,
        "seq": seq,
        "type": event.type,
        "client": event.client(),
        "is_progress": event.is_progress,
        "at": now(),
        "data": event.data(),
    }


def read_page(session: Session, topic: str, after: int, limit: int = PAGE) -> EventsPage:
    """Return the events of ``topic`` with a seq above ``after``, at most ``limit`` rows.

    Numbers whose events were trimmed come back as one ``trimmed`` event per hole, with ``first``
    and ``last`` in its data: a client counts them as seen, and no trimmed seq looks like a gap.
    """
    last_seq = session.scalar(select(Topic.last_seq).where(Topic.name == topic)) or 0
    oldest = session.scalar(
        select(EventRow.seq).where(EventRow.topic == topic).order_by(EventRow.seq).limit(1)
    )
    rows = session.scalars(
        select(EventRow)
        .where(EventRow.topic == topic, EventRow.seq > after, EventRow.seq <= last_seq)
        .order_by(EventRow.seq)
        .limit(limit + 1)
    ).all()
    more = len(rows) > limit
    end = rows[limit - 1].seq if more else last_seq
    events = _with_holes_named(topic, rows[:limit], after, end)
    return EventsPage(
        events=events[:limit],
        last_seq=last_seq,
        oldest_seq=oldest if oldest is not None else last_seq + 1,
        more=more or len(events) > limit,
    )


def _with_holes_named(
    topic: str, rows: Sequence[EventRow], after: int, end: int
) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    at = rows[0].at if rows else now()
    for row in rows:
        if row.seq > after + 1:
            events.append(_hole(topic, after + 1, row.seq - 1, row.at))
        events.append(on_the_wire(row))
        after, at = row.seq, row.at
    if after < end:
        events.append(_hole(topic, after + 1, end, at))
    return events


def _hole(topic: str, first: int, last: int, at: datetime) -> dict[str, Any]:
    data = {"first": first, "last": last}
    return {"topic": topic, "seq": last, "type": TRIMMED, "at": at.isoformat(), "data": data}


def on_the_wire(row: EventRow) -> dict[str, Any]:
    """Return an event as clients get it."""
    return {
        "topic": row.topic,
        "seq": row.seq,
        "type": row.type,
        "at": row.at.isoformat(),
        "data": row.data,
    }
