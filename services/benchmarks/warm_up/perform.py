"""A warm-up as a worker performs it: one question after the other; a failing one stops none."""

import time
from collections.abc import Callable

import structlog

from app.clock import now
from app.db.engine import Database
from app.errors import RoundhouseError
from app.jobs import states
from app.models.benchmark import BenchmarkRun
from services.benchmarks.analysis.answer import Answering
from services.benchmarks.warm_up import record
from services.benchmarks.warm_up.job_sync import publish_record
from services.benchmarks.warm_up.record import Record
from services.benchmarks.warm_up.steps import Step, steps_of
from services.runs.training.ports import FencedAttempt

log = structlog.get_logger(__name__)
BROKEN = "It could not be computed; the worker's log has the trace."


def perform_warm_up(run_id: int, attempt: FencedAttempt, database: Database) -> None:
    """Compute and keep every answer; each step's time and fault stand in the run's record."""
    with database.read() as session:
        run = session.get(BenchmarkRun, run_id)
    if run is not None:
        answering = Answering(database, run)
        for step in steps_of(run):
            if attempt.stop_requested() or not _perform(step, run_id, attempt, answering):
                break
    with attempt.write() as unit:
        row = unit.session.get(BenchmarkRun, run_id)
        if row is not None and row.warm_up is not None and not attempt.stop_requested():
            row.warm_up = record.finished(row.warm_up, now())
            publish_record(unit, row)
        stopped = row is None or attempt.stop_requested()
        attempt.finish(unit, states.CANCELLED if stopped else states.SUCCEEDED)


def _perform(step: Step, run_id: int, attempt: FencedAttempt, answering: Answering) -> bool:
    """Compute one answer; return whether its run is still there."""
    _note(attempt, run_id, lambda kept: record.begun(kept, step.name, now()))
    began = time.perf_counter()
    error = _error_of(step, answering)
    seconds = time.perf_counter() - began
    return _note(attempt, run_id, lambda kept: record.done(kept, step.name, now(), seconds, error))


def _error_of(step: Step, answering: Answering) -> str | None:
    try:
        answering.answer(step.kind, step.question)
    except RoundhouseError as refused:
        return refused.detail
    except ArithmeticError as broken:
        log.error("a step of a warm-up broke", step=step.name, exc_info=broken)
        return BROKEN
    return None


def _note(attempt: FencedAttempt, run_id: int, change: Callable[[Record], Record]) -> bool:
    with attempt.write() as unit:
        run = unit.session.get(BenchmarkRun, run_id)
        if run is None:
            return False
        run.warm_up = change(run.warm_up or dict(record.IDLE))
        publish_record(unit, run)
        return True
