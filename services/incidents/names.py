"""The names that cards show: of people, and of the things that failed."""

from collections.abc import Iterable, Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domains import JobKind
from app.models.incident import JobFailure
from app.models.job import Job
from app.models.user import User
from services.incidents.types import IncidentPerson, Occurrence
from services.jobs.subjects import names_of, page_of


def people(session: Session, ids: Iterable[int | None]) -> dict[int, IncidentPerson]:
    """Return those of the users that exist, by their ids."""
    known = {one for one in ids if one is not None}
    if not known:
        return {}
    rows = session.execute(select(User.id, User.name).where(User.id.in_(known)))
    return {row.id: IncidentPerson(id=row.id, name=row.name) for row in rows}


def occurrences(
    session: Session, failures: list[JobFailure], kinds: Mapping[str, JobKind]
) -> list[Occurrence]:
    """Return failures with the names and the newest states of what they are about."""
    names = names_of(session, [(one.kind, one.subject) for one in failures], kinds)
    states = newest_states(session, [one.subject for one in failures])
    return [
        Occurrence(
            failure=one,
            name=names.get(one.subject),
            href=page_of(kinds.get(one.kind), one.subject) if one.subject in names else None,
            now=states.get(one.subject),
        )
        for one in failures
    ]


def newest_states(session: Session, subjects: Iterable[str]) -> dict[str, str]:
    """Return the state of the newest job of each subject."""
    newest = select(func.max(Job.id)).where(Job.subject.in_(set(subjects))).group_by(Job.subject)
    rows = session.execute(select(Job.subject, Job.state).where(Job.id.in_(newest)))
    return dict(rows.tuples().all())
