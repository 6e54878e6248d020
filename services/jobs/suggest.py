"""What can be typed into the filters of the list of jobs."""

from collections.abc import Callable, Iterable, Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.db.engine import Database
from app.jobs import outside, states
from app.jobs.queues import QUEUES
from app.models.job import Job
from app.models.user import User
from services.domains import JOBS
from services.jobs.access import own_jobs
from services.jobs.rows import worker_of
from services.jobs.subjects import subjects_called
from services.jobs.types import JOB_SOURCES, Suggestion
from services.scheduler.codes.codes import ErrorCode

MAX_SUGGESTIONS = 20
MAX_AT_WORK = 1000  # jobs whose workers are read
Field = Callable[[Session, Actor, str], list[Suggestion]]


def suggest_values(database: Database, actor: Actor, field: str, text: str) -> list[Suggestion]:
    """Return at most 20 values of a filter that have ``text`` in them."""
    with database.search() as session:
        return FIELDS[field](session, actor, text.strip().lower())[:MAX_SUGGESTIONS]


def _words(words: Iterable[str]) -> Field:
    known = tuple(words)

    def suggest(_session: Session, _actor: Actor, text: str) -> list[Suggestion]:
        return [Suggestion(value=one, label=one) for one in known if text in one]

    return suggest


def _workers(session: Session, actor: Actor, text: str) -> list[Suggestion]:
    query = select(Job).where(own_jobs(actor), Job.state.in_(states.HELD))
    jobs = session.scalars(query.order_by(Job.id.desc()).limit(MAX_AT_WORK))
    names = sorted({name for job in jobs if (name := worker_of(job)) is not None})
    return [Suggestion(value=one, label=one) for one in names if text in one.lower()]


def _owners(session: Session, actor: Actor, text: str) -> list[Suggestion]:
    if not actor.is_admin:
        return []
    named = func.lower(User.name).contains(text, autoescape=True)
    query = select(User.id, User.name).where(named).order_by(User.name, User.id)
    rows = session.execute(query.limit(MAX_SUGGESTIONS))
    return [Suggestion(value=str(number), label=name) for number, name in rows]


def _subjects(session: Session, actor: Actor, text: str) -> list[Suggestion]:
    if not text or actor.role == "viewer":
        return []
    names = subjects_called(session, actor, text, JOBS)
    return [Suggestion(value=subject, label=name) for subject, name in names.items()]


FIELDS: Mapping[str, Field] = {
    "state": _words(states.ALL_STATES),
    "kind": _words(sorted(JOBS)),
    "queue": _words((*QUEUES, outside.QUEUE)),
    "source": _words(JOB_SOURCES),
    "error_code": _words(code.value for code in ErrorCode),
    "worker": _workers,
    "owner": _owners,
    "subject": _subjects,
}
