"""Storing a training as it happens: each epoch or round whole, with its events and checkpoint.

A finished step is one fenced transaction. A worker that dies leaves either all of it or nothing,
and the next attempt goes on from the checkpoint that the same transaction made visible.
"""

import threading
import time
from collections.abc import Mapping
from typing import Self

from sqlalchemy import insert

from app.clock import now
from app.db.uow import UnitOfWork
from app.events import Event, Progress
from app.models.run import Run, RunLog
from app.storage import ObjectStore
from services.runs.events import LogLine
from services.runs.ledger import store_client_rounds, store_evaluation
from services.runs.ports import Checkpoint, FencedAttempt, StepOutcome
from services.runs.series import append_points

FLUSH_SECONDS = 0.25  # at most four flushes a second per topic
LONGEST_LINE = 8_000


class RunRecorder:
    """Records one attempt at one run; a context manager, for its flushing thread."""

    def __init__(self, run_id: int, attempt: FencedAttempt, store: ObjectStore) -> None:
        self._run_id = run_id
        self._topic = f"run:{run_id}"
        self._attempt = attempt
        self._store = store
        self._lock = threading.RLock()
        self._facts: list[Event] = []
        self._progress: dict[tuple[str, str], Progress] = {}
        self._lines: list[dict[str, object]] = []
        self._flushed = time.monotonic()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._flush_often, name="recorder", daemon=True)
        self._failure: BaseException | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        self._thread.join()

    def publish(self, event: Event) -> None:
        """Tell one live event soon; a progress event replaces the one still waiting."""
        with self._lock:
            if isinstance(event, Progress):
                self._progress[event.coalescing_key()] = event
            else:
                self._facts.append(event)

    def log(self, level: str, message: str) -> None:
        """Add one line to the run's log."""
        line = {
            "run_id": self._run_id,
            "attempt": self._attempt.number,
            "at": now(),
            "level": level,
            "message": message[:LONGEST_LINE],
        }
        with self._lock:
            self._lines.append(line)

    def stop_requested(self) -> bool:
        """Return whether a person asked to stop; raises what the flushing thread met."""
        if self._failure is not None:
            raise self._failure
        return self._attempt.stop_requested()

    def finish_step(self, outcome: StepOutcome) -> None:
        """Store a finished epoch or round, whole or not at all."""
        pointer = self._write_checkpoint(outcome.checkpoint)
        with self._lock, self._attempt.write() as unit:
            self._write_pending(unit)
            append_points(unit.session, self._run_id, outcome.points, now())
            self._write_ledger(unit, outcome)
            for event in outcome.events:
                unit.publish(self._topic, event)
            old = self._point_at(unit, outcome, pointer)
        self._flushed = time.monotonic()
        self._forget(old)

    def flush(self) -> None:
        """Write what waits, in one fenced transaction; nothing waiting costs nothing."""
        with self._lock:
            if not (self._facts or self._progress or self._lines):
                return
            with self._attempt.write() as unit:
                self._write_pending(unit)
            self._flushed = time.monotonic()

    def _flush_often(self) -> None:
        try:
            while not self._closed.wait(FLUSH_SECONDS):
                if time.monotonic() - self._flushed >= FLUSH_SECONDS:
                    self.flush()
        except BaseException as error:  # noqa: BLE001 - a border: raised again by stop_requested
            self._failure = error

    def _write_pending(self, unit: UnitOfWork) -> None:
        if self._lines:
            ids = unit.session.scalars(insert(RunLog).returning(RunLog.id), self._lines).all()
            self._lines.clear()
            unit.publish(self._topic, LogLine(last_id=max(ids)))
        for event in [*self._facts, *self._progress.values()]:
            unit.publish(self._topic, event)
        self._facts.clear()
        self._progress.clear()

    def _write_ledger(self, unit: UnitOfWork, outcome: StepOutcome) -> None:
        if outcome.evaluation is not None:
            store_evaluation(unit.session, self._run_id, outcome.evaluation)
        store_client_rounds(unit.session, self._run_id, outcome.clients)

    def _write_checkpoint(self, checkpoint: Checkpoint | None) -> dict[str, object] | None:
        """Put the files where only this attempt writes; nobody sees them before the flip."""
        if checkpoint is None:
            return None
        prefix = f"runs/{self._run_id}/attempt-{self._attempt.number}/step-{checkpoint.step}"
        for name, content in checkpoint.files.items():
            self._store.put(f"{prefix}/{name}", content)
        return {"step": checkpoint.step, "prefix": prefix, "files": sorted(checkpoint.files)}

    def _point_at(
        self, unit: UnitOfWork, outcome: StepOutcome, pointer: dict[str, object] | None
    ) -> Mapping[str, object] | None:
        run = unit.session.get_one(Run, self._run_id)
        if outcome.is_best:
            run.best_step = outcome.step
        values: dict[str, object] = {
            "progress": outcome.completed / outcome.total if outcome.total else 0.0,
            "message": outcome.message,
        }
        old = None
        if pointer is not None:
            old, run.checkpoint = run.checkpoint, pointer
            values |= {"checkpoint_step": pointer["step"], "checkpoint_attempt": self._attempt.number}
        self._attempt.note(unit, **values)
        return old

    def _forget(self, pointer: Mapping[str, object] | None) -> None:
        """Delete the checkpoint before; a crash here leaves an orphan for the sweep."""
        files = pointer["files"] if pointer else []
        for name in files if isinstance(files, list) else []:
            self._store.delete(f"{pointer['prefix']}/{name}" if pointer else "")


def read_checkpoint(store: ObjectStore, pointer: Mapping[str, object] | None) -> Checkpoint | None:
    """Return the checkpoint that a run points at, None before the first one."""
    if not pointer:
        return None
    files = pointer["files"]
    names = files if isinstance(files, list) else []
    return Checkpoint(
        step=int(str(pointer["step"])),
        files={name: store.get(f"{pointer['prefix']}/{name}") for name in names},
    )
