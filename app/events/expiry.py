"""Deleting progress events whose kind says in ``kept_for`` how long one stays."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.clock import now
from app.events.base import Event, Progress
from app.models.event import EventRow


def drop_expired(session: Session, events: Mapping[str, Sequence[Event]]) -> None:
    """Delete what events of the same topic, type and client leave over of its time.

    ``events`` are those to come, by topic. One statement per kind of event that has a time.
    """
    topics: dict[type[Progress], set[str]] = defaultdict(set)
    clients: dict[type[Progress], set[str]] = defaultdict(set)
    for topic, several in events.items():
        for event in several:
            if isinstance(event, Progress) and event.kept_for is not None:
                topics[type(event)].add(topic)
                clients[type(event)].add(event.client())
    for kind in sorted(topics, key=lambda one: one.type):
        same = (EventRow.type == kind.type, EventRow.client.in_(clients[kind]))
        old = (EventRow.is_progress, EventRow.at < now() - (kind.kept_for or timedelta()))
        session.execute(delete(EventRow).where(EventRow.topic.in_(topics[kind]), *same, *old))
