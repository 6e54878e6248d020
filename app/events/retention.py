"""Trimming: of a finished topic only the newest progress event per (type, client) is kept."""

from datetime import timedelta

from sqlalchemy import delete, func, select, update

from app.clock import now
from app.db.engine import Database
from app.models.event import EventRow, Topic

SETTLED = timedelta(seconds=30)  # nobody who watched the end live is replayed a hole
TOPICS_AT_ONCE = 20


def trim_finished_topics(database: Database) -> int:
    """Leave the newest progress event per type and client of topics that finished a while ago.

    Returns how many topics were trimmed.
    """
    with database.write() as unit:
        names = unit.session.scalars(
            select(Topic.name)
            .where(Topic.finished_at < now() - SETTLED, Topic.trimmed_at.is_(None))
            .limit(TOPICS_AT_ONCE)
        ).all()
        for name in names:
            newest = (
                select(func.max(EventRow.seq))
                .where(EventRow.topic == name, EventRow.is_progress)
                .group_by(EventRow.type, EventRow.client)
            )
            unit.session.execute(
                delete(EventRow).where(
                    EventRow.topic == name, EventRow.is_progress, EventRow.seq.not_in(newest)
                )
            )
        unit.session.execute(update(Topic).where(Topic.name.in_(names)).values(trimmed_at=now()))
        return len(names)
