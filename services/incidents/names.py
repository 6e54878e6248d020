"""The names that cards show: of people, and of the things that failed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domains import JobKind
from app.models.incident import JobFailure
from app.models.job import Job
from app.models.user import User
from app.topics import number_of
from services.incidents.types import IncidentPerson, Occurrence

PAGES = {"run": "/runs/{id}", "forecast_session": "/sessions/{id}"}


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
    names = _names(session, failures, kinds)
    states = newest_states(session, [one.subject for one in failures])
    return [
        Occurrence(
            failure=one,
            name=names.get(one.subject),
            href=_page(kinds.get(one.kind), one.subject) if one.subject in names else None,
            now=states.get(one.subject),
        )
        for one in failures
    ]


def newest_states(session: Session, subjects: Iterable[str]) -> dict[str, str]:
    """Return the state of the newest job of each subject."""
    newest = select(func.max(Job.id)).where(Job.subject.in_(set(subjects))).group_by(Job.subject)
    rows = session.execute(select(Job.subject, Job.state).where(Job.id.in_(newest)))
    return dict(rows.tuples().all())


def _names(
    session: Session, failures: list[JobFailure], kinds: Mapping[str, JobKind]
) -> dict[str, str]:
    numbers: dict[str, set[int]] = defaultdict(set)
    models = {}
    for one in failures:
        about = kinds[one.kind].subject if one.kind in kinds else None
        number = None if about is None else number_of(about.kind, one.subject)
        if about is not None and number is not None:
            numbers[about.kind].add(number)
            models[about.kind] = about.model
    names: dict[str, str] = {}
    for kind, model in models.items():
        column = getattr(model, "name", None)
        if column is not None:
            rows = session.execute(select(model.id, column).where(model.id.in_(numbers[kind])))
            names |= {f"{kind}:{number}": str(name) for number, name in rows}
    return names


def _page(kind: JobKind | None, subject: str) -> str | None:
    about, _, number = subject.partition(":")
    page = PAGES.get(about)
    if kind is not None and kind.failure is not None:
        page = kind.failure.page
    return None if page is None else page.format(id=number)
