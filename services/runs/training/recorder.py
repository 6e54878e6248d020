"""Storing a training as it happens: each epoch or round whole, with its events and checkpoint.

A finished step is one fenced transaction. A worker that dies leaves either all of it or nothing,
and the next attempt goes on from the checkpoint that the same transaction made visible.
"""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Self

import structlog
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_exponential

from app.clock import now
from app.db.uow import UnitOfWork
from app.events import Event
from app.models.run import Run
from app.outages import report_failure
from app.storage import ObjectStore
from services.runs.federated.kept_rounds import show_checkpoint
from services.runs.federated.rewind import forget_result
from services.runs.federated.round_store import store_evaluation, store_round
from services.runs.points import append_points
from services.runs.results.kept_results import keep_results
from services.runs.topics import run_topic
from services.runs.training.checkpoints import CheckpointWriter, Written
from services.runs.training.outbox import Outbox, PendingLine
from services.runs.training.ports import ClientRound, FencedAttempt, RoundBegin, StepOutcome
from services.tracking.usage import UsageSampler

log = structlog.get_logger(__name__)

FLUSH_SECONDS = 0.25  # at most four flushes a second per topic
MAX_LINE_LENGTH = 8_000
PATIENCE_SECONDS = 8  # less than a lease: then the attempt is lost anyway

_patiently = retry(
    retry=retry_if_exception_type(OperationalError),
    wait=wait_exponential(multiplier=0.1, max=1),
    stop=stop_after_delay(PATIENCE_SECONDS),
    reraise=True,
)


class RunRecorder:
    """Records one attempt at one run; a context manager, for its flushing thread."""

    def __init__(
        self,
        run_id: int,
        attempt: FencedAttempt,
        store: ObjectStore,
        usage: UsageSampler | None = None,
    ) -> None:
        self._run_id = run_id
        self._usage = usage
        self._attempt = attempt
        self._checkpoints = CheckpointWriter(store, run_id, attempt.number)
        self._outbox = Outbox()
        self._writing = threading.Lock()
        self._closed = threading.Event()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="recorder")
        self._flushing: Future[None] | None = None

    def __enter__(self) -> Self:
        self._flushing = self._thread.submit(self._flush_often)
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        self._thread.shutdown()

    def publish(self, event: Event) -> None:
        """Publish one live event soon; a progress event replaces the one still waiting."""
        self._outbox.add(event)

    def log(self, level: str, message: str) -> None:
        """Add one line to the run's log."""
        self._outbox.add_line(PendingLine(at=now(), level=level, message=message[:MAX_LINE_LENGTH]))

    def begin_round(self, begin: RoundBegin) -> None:
        """Note that a round begins."""
        self._outbox.begin_round(begin)

    def report_client(self, part: ClientRound, refusal: str | None = None) -> None:
        """Note how far a client is in its round, and why it was left out."""
        self._outbox.add_part(part)
        if refusal is not None:
            about = (part.round, part.client)
            message = refusal[:MAX_LINE_LENGTH]
            self._outbox.add_line(
                PendingLine(at=now(), level="warning", message=message, about=about)
            )

    def stop_requested(self) -> bool:
        """Return whether a person requested a stop; raises what the flushing thread met."""
        if self._flushing is not None and self._flushing.done():
            self._flushing.result()
        return self._attempt.stop_requested()

    def finish_step(self, outcome: StepOutcome) -> None:
        """Store a finished epoch or round, whole or not at all."""
        written = self._checkpoints.write(outcome.checkpoint)
        self.log("info", outcome.message)
        with self._writing:
            unneeded = self._store_step(outcome, written)
        self._checkpoints.forget(unneeded)

    def flush(self) -> None:
        """Write what waits, in one fenced transaction; nothing waiting costs nothing."""
        with self._writing:
            batch = self._outbox.take()
            if not batch:
                return
            try:
                with self._attempt.write() as unit:
                    batch.write(unit, self._run_id, self._attempt.number)
            except SQLAlchemyError as error:
                self._outbox.put_back(batch)
                report_failure(error, note="kept for the next flush")

    def _sample(self) -> None:
        sample = None if self._usage is None else self._usage.sample()
        if sample is not None:
            self._outbox.add_usage(sample)

    def _flush_often(self) -> None:
        while not self._closed.wait(FLUSH_SECONDS):
            self._sample()
            self.flush()
        self.flush()  # the last lines say why a training failed

    @_patiently
    def _store_step(self, outcome: StepOutcome, written: Written | None) -> set[str]:
        """Store the step; return the keys of the objects that nothing points at any more."""
        batch = self._outbox.take()
        try:
            with self._attempt.write() as unit:
                batch.write(unit, self._run_id, self._attempt.number, outcome.clients)
                return self._write_step(unit, outcome, written)
        except SQLAlchemyError:
            self._outbox.put_back(batch)
            raise

    def _write_step(
        self, unit: UnitOfWork, outcome: StepOutcome, written: Written | None
    ) -> set[str]:
        if outcome.is_result:
            forget_result(unit.session, self._run_id)
        append_points(unit.session, self._run_id, outcome.points, now())
        if outcome.evaluation is not None:
            store_evaluation(unit.session, self._run_id, outcome.evaluation)
        if outcome.round is not None:
            store_round(unit.session, self._run_id, self._attempt.number, outcome.round)
        for event in outcome.events:
            unit.publish(run_topic(self._run_id), event)
        self._attempt.note(unit, **self._job_values(outcome, written))
        unneeded = self._point_at(unit, outcome, written)
        if outcome.is_best:
            keep_results(unit.session, [self._run_id])
        return unneeded

    def _job_values(self, outcome: StepOutcome, written: Written | None) -> dict[str, object]:
        done = outcome.completed / outcome.total if outcome.total else 0.0
        values: dict[str, object] = {"progress": done, "message": outcome.message}
        if written is not None:
            values["checkpoint_step"] = written.step
            values["checkpoint_attempt"] = self._attempt.number
        return values

    def _point_at(
        self, unit: UnitOfWork, outcome: StepOutcome, written: Written | None
    ) -> set[str]:
        run = unit.session.get_one(Run, self._run_id)
        if outcome.is_best:
            run.best_step = outcome.step
        if written is None:
            return set()
        return show_checkpoint(unit.session, run, written, outcome.keep_models)
