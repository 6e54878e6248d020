"""What jobs are about, by name and page; ``kind:id`` is the row of a domain's model."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.domains import JobKind
from app.topics import number_of

PAGES = {
    "run": "/runs/{id}",
    "forecast_session": "/sessions/{id}",
    "benchmark_run": "/benchmarks/{id}",
}
MAX_MATCHES = 200  # things of a kind whose name has the searched text


def names_of(
    session: Session, jobs: Iterable[tuple[str, str]], kinds: Mapping[str, JobKind]
) -> dict[str, str]:
    """Return the names of subjects, given with the kinds of their jobs; one query per model."""
    numbers: dict[str, set[int]] = defaultdict(set)
    models = {}
    for kind, subject in jobs:
        about = kinds[kind].subject if kind in kinds else None
        number = None if about is None else number_of(about.kind, subject)
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


def page_of(kind: JobKind | None, subject: str) -> str | None:
    """Return the address of what a job is about, None where it has no page."""
    about, _, number = subject.partition(":")
    page = PAGES.get(about)
    if kind is not None and kind.failure is not None:
        page = kind.failure.page
    return None if page is None else page.format(id=number)


def subjects_called(
    session: Session, actor: Actor, text: str, kinds: Mapping[str, JobKind]
) -> dict[str, str]:
    """Return the actor's subjects whose name has ``text`` in it, the newest 200 of each kind."""
    subjects = {kind.subject.kind: kind.subject for kind in kinds.values() if kind.subject}
    matches: dict[str, str] = {}
    for about in subjects.values():
        model = about.model
        column = getattr(model, "name", None)
        if column is None:
            continue
        own: ColumnElement[bool] = true() if actor.is_admin else model.owner_id == actor.user_id
        query = select(model.id, column).where(
            own, func.lower(column).contains(text.lower(), autoescape=True)
        )
        rows = session.execute(query.order_by(model.id.desc()).limit(MAX_MATCHES))
        matches |= {f"{about.kind}:{number}": str(name) for number, name in rows}
    return matches
