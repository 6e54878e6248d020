"""How many events or executions there are, without counting all of them (ADR 67).

What is older than some minutes is counted once (``counted.py``), by the hour it was made in, its
owner and its type or kind; an answer adds up those hours and counts what is newer. Who reads needs
one moment for all statements: ``Database.snapshot``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.models.row_count import EVENT, EXECUTION, CountedUntil, HourlyCount
from app.models.schedule import ScheduleEvent, ScheduleExecution

AN_HOUR = timedelta(hours=1)
NOBODY = 0


@dataclass(frozen=True)
class CountedTable:
    """A table whose rows are counted, and the column that has their word."""

    name: str
    model: Any
    word: Any


EVENTS = CountedTable(EVENT, ScheduleEvent, ScheduleEvent.type)
EXECUTIONS = CountedTable(EXECUTION, ScheduleExecution, ScheduleExecution.kind)


def number_of(
    session: Session,
    source: CountedTable,
    owner_id: int | None,
    *,
    word: str | None = None,
    since: datetime | None = None,
) -> int:
    """Return how many rows an owner has; None is nobody's. ``since`` is when they were made."""
    bound = session.scalar(select(CountedUntil.until_id).where(CountedUntil.source == source.name))
    until, model = bound or 0, source.model
    whose = model.owner_id.is_(None) if owner_id is None else model.owner_id == owner_id
    meets = [whose] if word is None else [whose, source.word == word]
    newer = [model.id > until] if since is None else [model.id > until, model.created_at >= since]
    return (
        _counted(session, source, owner_id, word, since)
        + _count(session, model, *meets, *newer)
        + _begun_hour(session, source, owner_id, until, since, meets)
    )


def _counted(
    session: Session,
    source: CountedTable,
    owner_id: int | None,
    word: str | None,
    since: datetime | None,
) -> int:
    """Return how many there are in whole hours up to the bound."""
    number = select(func.sum(HourlyCount.number)).where(*_of(source, owner_id))
    if word is not None:
        number = number.where(HourlyCount.word == word)
    if since is not None:
        number = number.where(HourlyCount.hour >= _next_hour(since))
    return int(session.scalar(number) or 0)


def _begun_hour(
    session: Session,
    source: CountedTable,
    owner_id: int | None,
    until: int,
    since: datetime | None,
    meets: Sequence[ColumnElement[bool]],
) -> int:
    """Return how many rows up to the bound are in the rest of the hour in which ``since`` lies."""
    if since is None:
        return 0
    ids = select(func.min(HourlyCount.first_id), func.max(HourlyCount.last_id))
    this = HourlyCount.hour == _next_hour(since) - AN_HOUR
    first, last = session.execute(ids.where(*_of(source, owner_id), this)).tuples().one()
    if not first or not last:  # nothing of that hour is counted
        return 0
    model = source.model
    within = model.id.between(first, min(last, until))
    made = (model.created_at >= since) & (model.created_at < _next_hour(since))
    return _count(session, model, *meets, within, made)


def _of(source: CountedTable, owner_id: int | None) -> tuple[ColumnElement[bool], ...]:
    number = NOBODY if owner_id is None else owner_id
    return (HourlyCount.source == source.name, HourlyCount.owner_no == number)


def _count(session: Session, model: Any, *conditions: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


def hour_of(at: datetime) -> datetime:
    """Return the beginning of the hour in which a time lies."""
    return at.replace(minute=0, second=0, microsecond=0)


def _next_hour(at: datetime) -> datetime:
    return hour_of(at) + AN_HOUR
