"""Reporting to open pages that curves have grown: a few times a second, however many batches come.

The batches only leave a note here. A thread that lives while notes come writes one event per run
and flush (at most four a second, design D5), outside the transactions of the batches. What a crash
loses is a hint, never a point.
"""

import threading
import time
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary, ref

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app.db.engine import Database
from app.models.run import Run
from app.outages import report_failure
from services.runs.events import SeriesPoints
from services.runs.external.progress import note_progress
from services.runs.results.kept_results import keep_results
from services.runs.topics import run_topic
from services.tracking.metrics.batch import Batch

log = structlog.get_logger(__name__)

FLUSH_SECONDS = 0.25
MAX_NAMES = 50
SILENT_SECONDS = 1.0
MAX_REMEMBERED = 10_000  # runs


@dataclass
class Growth:
    """Which curves of a run have grown, and to which step."""

    names: dict[str, None] = field(default_factory=dict)  # in the order in which they came
    last_step: int = 0


class Announcer:
    """Collects what was stored, by run, and publishes it in the background."""

    def __init__(self, database: Database) -> None:
        self._database = ref(database)
        self._lock = threading.Lock()
        self._pending: dict[int, Growth] = {}
        self._heard: dict[str, float] = {}
        self._thread: threading.Thread | None = None

    def is_silent(self, called: str) -> bool:
        """Return whether no sign of life was noted for a second of the run that is called so."""
        return time.monotonic() - self._heard.get(called, -SILENT_SECONDS) >= SILENT_SECONDS

    def note(self, called: str, run_id: int, batch: Batch) -> None:
        """Note that points of ``batch`` were committed."""
        with self._lock:
            if self.is_silent(called):
                self._remember(called)
            growth = self._pending.setdefault(run_id, Growth())
            for name, _ in batch.columns:
                if len(growth.names) < MAX_NAMES:
                    growth.names[name] = None
            growth.last_step = max(growth.last_step, batch.last_step)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="announcer", daemon=True)
                self._thread.start()

    def _remember(self, called: str) -> None:
        if len(self._heard) > MAX_REMEMBERED:
            self._heard.clear()
        self._heard[called] = time.monotonic()

    def _run(self) -> None:
        while self._flush():
            time.sleep(FLUSH_SECONDS)

    def _flush(self) -> bool:
        """Publish what is pending; False when nothing is, and the thread is over."""
        with self._lock:
            waiting, self._pending = self._pending, {}
            database = self._database()
            if not waiting or database is None:
                self._thread = None
                return False
        try:
            publish(database, waiting)
        except SQLAlchemyError as error:
            report_failure(error)
        return True


def publish(database: Database, waiting: "dict[int, Growth]") -> None:
    """Write one event per run, and how far it is."""
    with database.write() as unit:
        alive = select(Run.id).where(Run.id.in_(waiting))
        topics = {run_id: run_topic(run_id) for run_id in unit.session.scalars(alive)}
        keep_results(unit.session, topics)  # locks runs before topics, as everybody does
        for run_id, topic in topics.items():
            growth = waiting[run_id]
            names = list(growth.names)
            event = SeriesPoints(run_id=run_id, names=names, last_step=growth.last_step)
            unit.publish(topic, event)
        note_progress(unit.session, list(topics))


_announcers: "WeakKeyDictionary[Database, Announcer]" = WeakKeyDictionary()
_making = threading.Lock()


def announcer_of(database: Database) -> Announcer:
    """Return the one announcer of this database in this process."""
    with _making:
        return _announcers.setdefault(database, Announcer(database))
