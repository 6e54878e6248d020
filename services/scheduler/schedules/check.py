"""Refusing a schedule that could not run, by field, before anything is stored."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.access import visible
from app.auth.actor import Actor
from app.errors import Forbidden, Invalid, RoundhouseError
from app.models.schedule import Schedule
from services.scheduler.breaker.policy import RetryPolicy
from services.scheduler.kinds.registry import find_kind
from services.scheduler.rows import times_config
from services.scheduler.schedules.definition import ScheduleDefinition
from services.scheduler.times.parse import check_fires, make_timetable

MAX_CHAIN = 50


def check_definition(
    session: Session,
    actor: Actor,
    definition: ScheduleDefinition,
    at: datetime,
    *,
    schedule_id: int | None = None,
) -> None:
    """Refuse what could not run.

    Raises UnknownKind, Forbidden for a kind of the platform, InvalidTimes for times that never
    come, and Invalid naming ``params.<field>``, ``backoff`` or ``depends_on``.
    """
    kind = find_kind(definition.kind)
    if kind.admins_only and not actor.is_admin:
        raise Forbidden(f"Schedules of the kind {kind.name} are the admins'.")
    check_fires(make_timetable(times_config(definition), at), at)
    check_params(session, actor, definition)
    _check_retries(definition)
    _check_dependency(session, actor, definition, schedule_id)


def check_params(session: Session, actor: Actor, definition: ScheduleDefinition) -> None:
    """Raise Invalid for parameters that the kind refuses: what is foreign is unknown."""
    try:
        find_kind(definition.kind).check(session, actor, definition.params)
    except Forbidden:
        raise
    except RoundhouseError as refused:
        wrong = refused.errors or {"": [refused.detail]}
        errors = {f"params.{name}".rstrip("."): said for name, said in wrong.items()}
        raise Invalid(refused.detail, errors=errors) from None


def _check_retries(definition: ScheduleDefinition) -> None:
    if definition.max_attempts is None and definition.backoff is None:
        return
    own = find_kind(definition.kind).rules.retries
    attempts = own.max_attempts if definition.max_attempts is None else definition.max_attempts
    backoff = own.backoff_s if definition.backoff is None else tuple(definition.backoff)
    try:
        RetryPolicy(max_attempts=attempts, backoff_s=backoff)
    except ValueError:
        detail = f"backoff has no wait, but there are {attempts} attempts: give at least one."
        raise Invalid(detail, errors={"backoff": [detail]}) from None


def _check_dependency(
    session: Session, actor: Actor, definition: ScheduleDefinition, schedule_id: int | None
) -> None:
    """Raise Invalid where there is no such schedule to depend on, or it comes back to this one."""
    following, chain = definition.depends_on, 0
    while following is not None:
        query = select(Schedule).where(Schedule.id == following, visible(Schedule, actor))
        row = session.scalars(query).one_or_none()
        if row is None or row.state == "archived":
            raise _refused(f"There is no schedule {following} that this one could wait for.")
        if row.id == schedule_id or chain == MAX_CHAIN:
            raise _refused(f"Schedule {definition.depends_on} waits for this one already.")
        following, chain = row.depends_on, chain + 1


def _refused(detail: str) -> Invalid:
    return Invalid(detail, errors={"depends_on": [detail]})
