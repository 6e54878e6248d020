"""What a domain says of a kind of schedule in its manifest."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.jobs.queues import IO
from app.models.job import Job
from app.settings import Settings
from app.storage import ObjectStore
from services.runs.training.ports import FencedAttempt
from services.scheduler.breaker.policy import KindRules
from services.scheduler.codes.codes import ErrorCode

Params = Mapping[str, Any]
HOUR_S = 3600


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """An attempt that is about to begin.

    ``previous`` is what the attempt before it was about, such as ``run:7``, None for the first.
    ``done`` is what earlier steps and attempts of the execution noted. ``settings`` are None where
    who begins it has none: nothing is limited then.
    """

    actor: Actor
    params: Params
    name: str
    visibility: str
    execution_id: int
    scheduled_for: datetime | None
    previous: str | None
    done: Mapping[str, Any] = field(default_factory=dict)
    settings: Settings | None = None


@dataclass(frozen=True, kw_only=True)
class NextStep:
    """The job of the next step of an attempt; ``note`` is kept with what the others noted."""

    job: Job
    note: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class WorkContext:
    """What the function of a kind works with. ``attempt`` says whether a stop is requested.

    ``done`` is what earlier steps of the execution noted, where the kind has several.
    """

    actor: Actor
    attempt: FencedAttempt
    database: Database
    store: ObjectStore
    settings: Settings
    execution_id: int
    scheduled_for: datetime | None
    done: Mapping[str, Any] = field(default_factory=dict)


def _accepts(_session: Session, _actor: Actor, _params: Params) -> None:
    """Refuse nothing: the schema has checked all there is."""


def _no_result(_session: Session, _job: Job) -> dict[str, Any] | None:
    """Return nothing beside what the work became."""


@dataclass(frozen=True, kw_only=True)
class ScheduleKind:
    """A kind of schedule.

    ``params`` is ``module:class`` of the marshmallow schema of its parameters, loaded by the web
    edge only. ``check`` raises Invalid or NotFound, by field, for what the actor may not use: it
    sees foreign things as unknown.

    An attempt works in one of three ways. ``begin`` starts work of the domain inside the unit of
    work and returns its job, which is over when the attempt is; ``result`` reads then what it came
    to. Or ``run`` is ``module:function``: a worker of ``queue`` calls it with a ``WorkContext`` and
    the parameters, and keeps the dict that it returns; ``{"unchanged": True}`` in it means that
    there was nothing to do, None that it stopped on request, and AttemptFailed says why it failed.
    Or ``next_step`` is called for the first job and again whenever a job of the attempt succeeded,
    until it returns None; it reads from ``done`` where the execution is, so that an attempt after a
    failure goes on there. A step that is a function is a ``scheduled_job``, which calls ``run``.

    ``cadence`` is a cron expression to begin with, ``timeout_s`` ends an attempt that takes longer.
    ``admins_only`` is for work on the whole platform. ``advice`` replaces that of the codes.
    """

    name: str
    params: str
    cadence: str
    timeout_s: int = HOUR_S
    queue: str = IO
    rules: KindRules = field(default_factory=KindRules)
    check: Callable[[Session, Actor, Params], object] = _accepts
    begin: Callable[[UnitOfWork, Beginning], Job] | None = None
    result: Callable[[Session, Job], dict[str, Any] | None] = _no_result
    run: str | None = None
    next_step: Callable[[UnitOfWork, Beginning], NextStep | None] | None = None
    admins_only: bool = False
    advice: Mapping[ErrorCode, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ways = (self.begin, self.next_step or self.run)
        if ways.count(None) != 1:
            raise ValueError(f"{self.name}: give one of begin, run and next_step")
