"""Things of any domain whose newest job lost its worker, failed, or left something open."""

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, String, cast, exists, literal, select
from sqlalchemy.orm import Session, aliased

from app.auth.actor import Actor
from app.domains import FailureHelp, JobKind
from app.jobs import states
from app.models.job import Job
from app.topics import number_of
from services.attention.needs import Action, Need
from services.incidents.handled import incident_ids, is_handled

MAX_ITEMS = 20
# the job, its incident, and the number and the name of what it is about
Troubled = tuple[Job, int | None, int, str]
# No answer and no step is lost with a worker: the job is claimed again after a moment.
LOST = ("{name} lost its worker", "It goes on by itself from its last checkpoint.")


def job_needs(session: Session, actor: Actor, kinds: Sequence[JobKind]) -> list[Need]:
    """Return the actor's own things in such a state, the newest first, at most 20 of a kind."""
    needs = [
        (_lost if troubled[0].state == states.LOST else _failed)(kind, kind.failure, *troubled)
        for kind in kinds
        if kind.failure is not None
        for troubled in _newest(session, actor, kind)
    ]
    return needs + [need for kind in kinds for need in _incomplete(session, actor, kind)]


def _newest(session: Session, actor: Actor, kind: JobKind) -> Iterator[Troubled]:
    unseen = _unseen(actor, kind, states.FAILED, states.LOST)
    query = select(Job).where(*unseen, ~is_handled(Job.id))
    jobs = session.scalars(query.order_by(Job.id.desc()).limit(MAX_ITEMS)).all()
    names = _names(session, actor, kind, jobs)
    incidents = incident_ids(session, [job.id for job in jobs])
    for job in jobs:
        number = _number(kind, job)
        if number in names:
            yield job, incidents.get(job.id), number, names[number]


def _unseen(actor: Actor, kind: JobKind, *in_states: str) -> tuple[ColumnElement[bool], ...]:
    """Return what is true of the newest jobs of the actor's things that nobody has seen to."""
    newer = aliased(Job)
    return (
        Job.state.in_(in_states),
        Job.kind == kind.name,
        Job.owner_id == actor.user_id,
        Job.acknowledged_at.is_(None),
        ~exists().where(newer.subject == Job.subject, newer.id > Job.id),
    )


def _incomplete(session: Session, actor: Actor, kind: JobKind) -> Iterator[Need]:
    """Yield what ended without an error and yet left something open, the newest first."""
    help_, subject = kind.failure, kind.subject
    if help_ is None or help_.partly is None or subject is None:
        return
    model, partly = subject.model, help_.partly
    name = literal(f"{subject.kind}:").concat(cast(model.id, String))
    query = (
        select(Job.finished_at, model.id, model.name)
        .join(model, Job.subject == name)
        .where(*_unseen(actor, kind, states.SUCCEEDED), partly.condition)
        .where(model.owner_id == actor.user_id)
    )
    for at, number, called in session.execute(query.order_by(Job.id.desc()).limit(MAX_ITEMS)):
        yield Need(
            kind="failed",
            about=subject.kind,
            title=f"{called} is incomplete",
            detail=partly.detail,
            advice=partly.advice,
            at=at,
            href=help_.page.format(id=number),
            acknowledge=help_.acknowledge.format(id=number),
            action=_action(help_, "", number),
        )


def _names(session: Session, actor: Actor, kind: JobKind, jobs: Sequence[Job]) -> dict[int, str]:
    if kind.subject is None or not jobs:
        return {}
    model, numbers = kind.subject.model, [_number(kind, job) for job in jobs]
    mine = model.owner_id == actor.user_id
    query = select(model.id, model.name).where(model.id.in_(numbers), mine)
    return dict(session.execute(query).tuples().all())


def _number(kind: JobKind, job: Job) -> int:
    return 0 if kind.subject is None else number_of(kind.subject.kind, job.subject) or 0


def _failed(
    kind: JobKind, help_: FailureHelp, job: Job, incident: int | None, number: int, name: str
) -> Need:
    error = job.error or {}
    cause = str(error.get("type", ""))
    return Need(
        kind="failed",
        about=None if kind.subject is None else kind.subject.kind,
        title=f"{name} failed",
        detail=str(error.get("detail", "The log may say why.")),
        advice=help_.advice.get(cause, help_.otherwise),
        at=job.finished_at,
        href=help_.page.format(id=number),
        acknowledge=help_.acknowledge.format(id=number),
        action=_action(help_, cause, number),
        incident_id=incident,
    )


def _lost(
    kind: JobKind, help_: FailureHelp, job: Job, _: int | None, number: int, name: str
) -> Need:
    reason = str((job.error or {}).get("detail", "Its worker died."))
    page = help_.page.format(id=number)
    return Need(
        kind="lost",
        about=None if kind.subject is None else kind.subject.kind,
        title=LOST[0].format(name=name),
        detail=f"{reason} {LOST[1]}",
        at=job.heartbeat_at,
        href=page,
        action=Action(label="Look", href=page),
    )


def _action(help_: FailureHelp, cause: str, number: int) -> Action:
    if cause in help_.hopeless:
        return Action(label="Look", href=help_.page.format(id=number))
    return Action(label="Resume", method="POST", url=help_.resume.format(id=number))
