"""Every domain's manifest, found by looking, and the lists that web, workers and clock share."""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from types import ModuleType

from sqlalchemy.orm import Session

import services
from app.db.uow import UnitOfWork
from app.domains import Domain, FlagKind, JobKind, PeriodicTask, SearchKind, SubjectKind, TopicKind
from app.jobs.engine import JobObserver
from app.models.job import Job
from app.models.run import Run
from app.settings import Settings
from services.scheduler.kinds.flags import flag_of


def domains_in(folder: ModuleType) -> tuple[Domain, ...]:
    """Return what the packages in ``folder`` declare in their ``manifest`` modules."""
    packages = [
        f"{folder.__name__}.{one.name}" for one in iter_modules(folder.__path__) if one.ispkg
    ]
    manifests = [f"{package}.manifest" for package in packages]
    return tuple(import_module(one).DOMAIN for one in manifests if find_spec(one) is not None)


DOMAINS = domains_in(services)
JOBS: dict[str, JobKind] = {job.name: job for domain in DOMAINS for job in domain.jobs}
FOLLOWERS: tuple[JobObserver, ...] = tuple(one for domain in DOMAINS for one in domain.followers)


def _followed(observer: JobObserver) -> JobObserver:
    """Return an observer after which those that follow the jobs of every domain are called."""

    def observe(unit: UnitOfWork, job: Job) -> None:
        observer(unit, job)
        for follow in FOLLOWERS:
            follow(unit, job)

    return observe


OBSERVERS: dict[str, JobObserver] = {
    name: job.observer if job.is_waited_for else _followed(job.observer)
    for name, job in JOBS.items()
}
SUBJECTS: dict[str, SubjectKind] = {
    name: job.subject for name, job in JOBS.items() if job.subject is not None
}
TOPICS: tuple[TopicKind, ...] = tuple(one for domain in DOMAINS for one in domain.topics)
TASKS: tuple[PeriodicTask, ...] = tuple(one for domain in DOMAINS for one in domain.tasks)
ENDINGS = tuple(one for domain in DOMAINS for one in domain.endings)
AUDIT_ACTIONS = frozenset(action for domain in DOMAINS for action in domain.audit_actions)
KIND_FLAGS = tuple(flag_of(kind) for domain in DOMAINS for kind in domain.schedule_kinds)
FLAGS: dict[str, FlagKind] = {
    one.name: one for one in (*(one for domain in DOMAINS for one in domain.flags), *KIND_FLAGS)
}
UPLOADS = {one.kind: one.admit for domain in DOMAINS for one in domain.uploads}
NEEDS = tuple(one for domain in DOMAINS for one in domain.needs)
SEARCH: tuple[SearchKind, ...] = tuple(
    sorted((one for domain in DOMAINS for one in domain.search), key=lambda one: one.place)
)


def kept_objects(session: Session) -> set[str]:
    """Return the keys of the objects that rows name and nobody makes again."""
    return {key for domain in DOMAINS for keys in domain.kept_objects for key in keys(session)}


def admission(settings: Settings) -> Callable[[Session, Run, str], None]:
    """Return what refuses to queue a run again by a job of a kind, as its domain says."""

    def admit(session: Session, run: Run, kind: str) -> None:
        check = JOBS[kind].admit if kind in JOBS else None
        if check is not None:
            check(session, run, settings)

    return admit
