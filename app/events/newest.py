"""How a topic stands: the newest event of each type, at one moment of its log."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.events.log import on_the_wire
from app.models.event import EventRow, Topic


@dataclass(frozen=True, kw_only=True)
class TopicState:
    """The newest event of each type in the order of their numbers; ``last_seq`` is the moment."""

    last_seq: int
    events: list[dict[str, Any]]


def read_newest(session: Session, topic: str, types: Collection[str]) -> TopicState:
    """Return the newest event of each of ``types`` that the topic has."""
    last_seq = session.scalar(select(Topic.last_seq).where(Topic.name == topic)) or 0
    newest = (
        select(func.max(EventRow.seq))
        .where(EventRow.topic == topic, EventRow.type.in_(types), EventRow.seq <= last_seq)
        .group_by(EventRow.type)
    )
    rows = session.scalars(
        select(EventRow)
        .where(EventRow.topic == topic, EventRow.seq.in_(newest))
        .order_by(EventRow.seq)
    )
    return TopicState(last_seq=last_seq, events=[on_the_wire(row) for row in rows])
