"""What a domain declares of itself, once: everything that lists domains reads it from here.

Each ``services/<domain>/manifest.py`` holds one ``Domain``; ``services.domains`` finds them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from app.db.engine import Database
from app.jobs.engine import JobObserver
from app.storage import ObjectStore

HOUR = 3600.0


@dataclass(frozen=True, kw_only=True)
class JobKind:
    """A kind of job: what follows its state, and who works on it.

    ``handler`` is ``module:function``, imported by the worker that needs it, so that nobody else
    loads an engine; None for jobs that the platform only watches. ``preload`` are modules that
    the parent of the queue's workers imports once for all its children.
    """

    name: str
    observer: JobObserver
    queue: str | None = None
    handler: str | None = None
    preload: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TopicKind:
    """Topics called ``kind:id``: whoever may see that row of ``model`` may follow its topic."""

    kind: str
    model: Any


@dataclass(frozen=True, kw_only=True)
class Upkeep:
    """What periodic tasks work on. ``folder`` is for files that live for minutes."""

    database: Database
    store: ObjectStore
    folder: Path


@dataclass(frozen=True, kw_only=True)
class PeriodicTask:
    """Something that ``clock`` does every so many seconds and may take its time over."""

    seconds: float
    run: Callable[[Upkeep], object]


@dataclass(frozen=True, kw_only=True)
class Domain:
    """One domain. ``events`` are the modules whose classes are the events of its topics."""

    name: str
    jobs: tuple[JobKind, ...] = ()
    topics: tuple[TopicKind, ...] = ()
    events: tuple[ModuleType, ...] = ()
    tasks: tuple[PeriodicTask, ...] = ()
    audit_actions: tuple[str, ...] = ()
