"""Incidents as cards: with their newest sentence, what to do, and their counts per day."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.models.incident import FAILED_OUTSIDE, Incident, IncidentDay, JobFailure
from app.models.job import Job
from services.domains import JOBS
from services.incidents.advice import OUTSIDE, advice_of
from services.incidents.names import people
from services.incidents.types import IncidentCard, IncidentPerson
from services.scheduler.executions.work import is_work

TREND_DAYS = 14
Newest = tuple[str, dict[str, Any] | None]
NOTHING: Newest = ("", None)  # all that failed is deleted


def cards(session: Session, incidents: Sequence[Incident]) -> list[IncidentCard]:
    """Return the cards of incidents, in a constant number of statements."""
    ids = [one.id for one in incidents]
    newest, trends = _newest(session, ids), _trends(session, ids)
    known = people(
        session, [no for one in incidents for no in (one.owner_id, one.assignee_id, one.state_by)]
    )
    return [_card(one, newest.get(one.id, NOTHING), trends[one.id], known) for one in incidents]


def _card(
    row: Incident, newest: Newest, trend: Sequence[int], known: dict[int, IncidentPerson]
) -> IncidentCard:
    detail, error = newest
    kind = JOBS.get(row.kind)
    return IncidentCard(
        incident=row,
        about=None if kind is None or kind.subject is None else kind.subject.kind,
        detail=detail,
        advice=_advice(row, str((error or {}).get("type", ""))),
        trend=trend,
        owner=known.get(row.owner_id or 0),
        assignee=known.get(row.assignee_id or 0),
        state_by=known.get(row.state_by or 0),
        can_retry=is_work(row.kind) or (kind is not None and kind.retry is not None),
    )


def _advice(row: Incident, error_type: str) -> str:
    """Return what the domain advises for such an error, else what its code does."""
    if row.type == FAILED_OUTSIDE:
        return OUTSIDE
    kind = JOBS.get(row.kind)
    help_ = None if kind is None else kind.failure
    by_type = {} if help_ is None else help_.advice
    return by_type.get(error_type, advice_of(row.code))


def _newest(session: Session, ids: Sequence[int]) -> dict[int, Newest]:
    """Return the sentence and the job's error of the newest failure of each incident."""
    newest = (
        select(JobFailure.id)
        .where(JobFailure.incident_id == Incident.id)
        .order_by(JobFailure.at.desc(), JobFailure.id.desc())
        .limit(1)
        .correlate(Incident)
        .scalar_subquery()
    )
    query = (
        select(Incident.id, JobFailure.detail, Job.error)
        .join(JobFailure, JobFailure.id == newest)
        .join(Job, Job.id == JobFailure.job_id)
        .where(Incident.id.in_(ids))
    )
    return {row.id: (row.detail, row.error) for row in session.execute(query)}


def _trends(session: Session, ids: Sequence[int]) -> dict[int, list[int]]:
    """Return the counts of the last days of each incident, today last."""
    today = now().date()
    first = today - timedelta(days=TREND_DAYS - 1)
    trends = {one: [0] * TREND_DAYS for one in ids}
    query = select(IncidentDay).where(
        IncidentDay.incident_id.in_(ids), IncidentDay.day.between(first, today)
    )
    for row in session.scalars(query):
        trends[row.incident_id][(row.day - first).days] = row.count
    return trends
