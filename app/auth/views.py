"""What admins read of other people's private resources, written into the audit log.

The access rules note each such read while a request or a subscription runs; the edge writes the
notes when it has succeeded. An admin who reads the same resource again within an hour gets no
second entry, so that a page that is left open does not flood the log. Lists, search and figures
over many resources are not noted.
"""

import threading
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.auth.actor import Actor
from app.auth.audit import record
from app.db.engine import Database

log = structlog.get_logger(__name__)

WINDOW_SECONDS = 3600.0
MAX_REMEMBERED = 10_000
TARGETS = {  # where the audit log's word is not the name of the class
    "RunImport": "import",
    "PersonaSet": "persona_set",
    "BenchmarkModel": "benchmark_model",
    "BenchmarkRun": "benchmark_run",
    "AttributeGeneration": "attribute_generation",
    "QueueEntry": "benchmark_queue_entry",
    "ServiceConnection": "connection",
}


class Owned(Protocol):
    """A row with an owner (None: it came with the product) and a visibility."""

    id: Any
    owner_id: Any
    visibility: Any


Resource = TypeVar("Resource", bound=Owned | None)


@dataclass(frozen=True)
class View:
    """One read: who, of what (such as ``run:7``), and whose it is."""

    actor: Actor
    target: str
    owner_id: int

    @property
    def key(self) -> tuple[int, str]:
        """What makes two reads the same for the log."""
        return self.actor.user_id, self.target


_views: ContextVar[set[View] | None] = ContextVar("admin_views", default=None)


def note_view(actor: Actor, resource: Resource) -> Resource:
    """Return ``resource``, and note it if an admin sees it only because of being an admin."""
    noted = _views.get()
    if noted is not None and resource is not None and _is_private_of_another(actor, resource):
        name = type(resource).__name__
        target = f"{TARGETS.get(name, name.lower())}:{resource.id}"
        noted.add(View(actor, target, int(resource.owner_id)))
    return resource


def _is_private_of_another(actor: Actor, resource: Owned) -> bool:
    is_person = actor.is_admin and actor.audit_id is not None
    is_foreign = resource.owner_id not in (None, actor.user_id)
    return is_person and is_foreign and resource.visibility != "team"


def begin_views() -> set[View]:
    """Begin to collect the views of this context, also of threads that copy it."""
    views: set[View] = set()
    _views.set(views)
    return views


@contextmanager
def collected_views() -> Iterator[set[View]]:
    """Collect the views of the block."""
    before = _views.get()
    try:
        yield begin_views()
    finally:
        _views.set(before)


class ViewLog:
    """Writes views into the audit log, one per admin, resource and ``window`` seconds."""

    def __init__(self, database: Database, window: float = WINDOW_SECONDS) -> None:
        self._database = database
        self._window = window
        self._written: dict[tuple[int, str], float] = {}
        self._owed: list[View] = []
        self._lock = threading.Lock()

    def write(self, views: Collection[View]) -> None:
        """Write those that are new; one that cannot be written is logged and tried next time.

        A reader neither is refused nor waits because the log cannot be written: the answer is
        ready.
        """
        if not views:
            return
        new = self._with_owed(self._claim(views))
        if not new:
            return
        try:
            with self._database.write_at_once() as uow:
                for view in new:
                    record(uow, view.actor, "private_viewed", view.target, _detail(view))
        except SQLAlchemyError as error:
            self._owe(new)
            targets = [view.target for view in new]
            reason = type(error).__name__
            log.error("admin view is not in the audit log", targets=targets, reason=reason)

    def _claim(self, views: Collection[View]) -> list[View]:
        """Return the views that nobody has written lately; from now on they count as written."""
        at = time.monotonic()
        with self._lock:
            if len(self._written) > MAX_REMEMBERED:
                self._written = {key: when for key, when in self._written.items() if when > at}
            new = [view for view in views if self._written.get(view.key, 0.0) <= at]
            self._written.update({view.key: at + self._window for view in new})
        return sorted(new, key=lambda view: view.target)

    def _with_owed(self, new: Sequence[View]) -> list[View]:
        with self._lock:
            owed, self._owed = self._owed, []
        return [*owed, *new]

    def _owe(self, views: Sequence[View]) -> None:
        """Keep them for the next write, whoever it is for."""
        with self._lock:
            self._owed = [*views, *self._owed][:MAX_REMEMBERED]


def _detail(view: View) -> dict[str, int]:
    return {"owner_id": view.owner_id}
