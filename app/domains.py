"""What a domain declares of itself, once: everything that lists domains reads it from here.

Each ``services/<domain>/manifest.py`` holds one ``Domain``; ``services.domains`` finds them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.db.engine import Database
from app.jobs.engine import JobObserver
from app.metric_row import Metric
from app.metrics.durations import MinuteReader
from app.settings import Settings
from app.storage import ObjectStore

HOUR = 3600.0


@dataclass(frozen=True, kw_only=True)
class SubjectKind:
    """What jobs are about: ``kind:id`` is a row of ``model``, which has a name and an owner."""

    kind: str
    model: Any


@dataclass(frozen=True, kw_only=True)
class PartlyDone:
    """What is to be said where a job succeeded and yet left something open.

    ``condition`` is the part of a statement that is true of such rows of the subject's model.
    """

    condition: Any
    detail: str
    advice: str


@dataclass(frozen=True, kw_only=True)
class FailureHelp:
    """What helps the owner of a thing whose job failed; ``{id}`` in an address is its number.

    ``page`` is where it is shown. A POST to ``resume`` lets it go on, one to ``acknowledge`` says
    that its failure was seen. ``advice`` has a sentence for each type of error, ``otherwise`` is
    that of the others. Those in ``hopeless`` would come again at once if it just went on. With
    ``partly`` what ended incomplete needs its owner, too.
    """

    page: str
    resume: str
    acknowledge: str
    otherwise: str
    advice: Mapping[str, str] = field(default_factory=dict)
    hopeless: tuple[str, ...] = ()
    partly: PartlyDone | None = None


@dataclass(frozen=True, kw_only=True)
class Retry:
    """A wish to do again what failed: ``number`` is that of the thing, as its routes take it.

    ``admit`` refuses by raising, as that of each ``JobKind`` does.
    """

    database: Database
    actor: Actor
    number: str
    settings: Settings
    admit: Callable[[Session, Any, str], None]


@dataclass(frozen=True, kw_only=True)
class JobKind:
    """A kind of job: what follows its state, what it is about, and who works on it.

    ``handler`` is ``module:function``, imported by the worker that needs it, so that nobody else
    loads an engine; None for jobs that the platform only watches. ``preload`` are modules that
    the parent of the queue's workers imports once for all its children. Without a ``subject``
    nobody is shown what such a job is about. ``admit`` is called before a run of such a job is
    queued again, and refuses by raising. With ``failure`` the owner's inbox has those that failed.
    ``retry`` is ``module:function``, too: it queues what failed again, by the domain's own rules,
    and raises what a person may see.
    Who waits for one that ``is_waited_for`` is shown its failure at once: it is no incident.
    """

    name: str
    observer: JobObserver
    subject: SubjectKind | None = None
    queue: str | None = None
    handler: str | None = None
    preload: tuple[str, ...] = ()
    admit: Callable[[Session, Any, Settings], None] | None = None
    failure: FailureHelp | None = None
    retry: str | None = None
    is_waited_for: bool = False


@dataclass(frozen=True, kw_only=True)
class UploadPurpose:
    """Uploads whose purpose is ``kind`` or ``kind:number``.

    ``admit`` is called when one is announced, and refuses by raising: with the actor, the number,
    what the client says of the file, its length in bytes (0 where not known yet) and the settings.
    """

    kind: str
    admit: Callable[[Session, Any, int | None, Mapping[str, str], int, Settings], None]


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
    minutes: MinuteReader
    settings: Settings


@dataclass(frozen=True, kw_only=True)
class PeriodicTask:
    """Something that ``clock`` does every so many seconds and may take its time over.

    What is ``punctual`` waits only for others that are: it is short, and people wait for it.
    ``next_at`` says when there is something to do, which may be before the seconds are over.
    """

    seconds: float
    run: Callable[[Upkeep], object]
    punctual: bool = False
    next_at: Callable[[Upkeep], datetime | None] = lambda _: None


@dataclass(frozen=True, kw_only=True)
class SearchKind:
    """Rows of ``model`` that the palette finds by name or number, as things of ``kind``.

    The name is the first of the columns ``names`` that is not null, and the last never is.
    ``words`` are what people type for the kind, in lower case, in the languages of the pages. With
    ``status`` the row's ``status`` is shown beside its name. Of equally close matches those of the
    lower ``place`` come first.
    """

    kind: str
    model: Any
    place: int = 100
    names: tuple[str, ...] = ("name",)
    words: tuple[str, ...] = ()
    status: bool = False


@dataclass(frozen=True, kw_only=True)
class FlagKind:
    """A part of the platform that admins switch on and off, for all people or for a share of them.

    ``name`` is what rules of routes call it, ``about`` says in a sentence what is gone with it.
    """

    name: str
    about: str


@dataclass(frozen=True, kw_only=True)
class Domain:
    """One domain. ``events`` are the modules whose classes are the events of its topics.

    ``pages`` are the addresses of its pages, ``object_pages`` the first parts of those with one
    page per thing (``/runs/7``), ``named_pages`` those whose things clients name. ``metrics`` are
    its rows of the metric catalogue; ``headlines`` are, by the ``task`` of its runs, the names of
    the metrics that pages show first, in order. ``needs`` say what needs an actor besides jobs that
    failed (``services.attention.needs``). ``schedule_kinds`` are the kinds of schedules that it can
    carry out (``services.scheduler.kinds``). ``kept_objects`` return the keys of the objects that
    its rows name and nobody makes again: a backup without one of them is not whole. ``followers``
    are called after the observer of every job of any domain, in the same transaction.
    ``watched_routes`` are those whose answers are timed by the minute (``app.metrics.minutes``).
    ``measures`` are ``module:function``, each called with a session by who reads ``/metrics``:
    they yield metric families of prometheus-client. ``endings`` are what a clock that is stopped
    does last.
    """

    name: str
    jobs: tuple[JobKind, ...] = ()
    topics: tuple[TopicKind, ...] = ()
    uploads: tuple[UploadPurpose, ...] = ()
    events: tuple[ModuleType, ...] = ()
    tasks: tuple[PeriodicTask, ...] = ()
    endings: tuple[Callable[[Upkeep], object], ...] = ()
    audit_actions: tuple[str, ...] = ()
    metrics: tuple[Metric, ...] = ()
    headlines: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    search: tuple[SearchKind, ...] = ()
    pages: tuple[str, ...] = ()
    object_pages: tuple[str, ...] = ()
    named_pages: tuple[str, ...] = ()
    flags: tuple[FlagKind, ...] = ()
    needs: tuple[Callable[[Session, Any], Sequence[Any]], ...] = ()
    schedule_kinds: tuple[Any, ...] = ()
    kept_objects: tuple[Callable[[Session], set[str]], ...] = ()
    followers: tuple[JobObserver, ...] = ()
    watched_routes: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
