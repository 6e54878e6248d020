"""Giving a federated run the server's evaluations that its result file holds."""

from dataclasses import dataclass
from pathlib import Path

from app.auth.access import require_editable
from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.models.run import Run
from services.imports.domain.flower_result import ResultFileError, SkippedRound
from services.imports.errors import NotFederated, NothingToBackfill
from services.imports.federated import (
    NO_ROUND,
    FederatedResult,
    StoredRounds,
    read_federated_result,
    store_federated_result,
)
from services.imports.result_files import read_result_file
from services.runs.events import RoundMetrics
from services.runs.external.access import lock_run
from services.runs.notifications import notify_lists
from services.runs.topics import run_topic, subject_of
from services.tracking.domain.training_modes import is_federated

MAX_REPORTED = 200  # rounds of which an open page hears one by one


@dataclass(frozen=True, kw_only=True)
class BackfillResult:
    """What became of each round of the file."""

    run_id: int
    success: bool
    message: str
    rounds_processed: int
    rounds_created: int
    rounds_updated: int
    rounds_skipped: int
    reasons: list[SkippedRound]


def backfill_evaluations(
    database: Database, folder: Path, actor: Actor, run_id: str
) -> BackfillResult:
    """Store the rounds of the run's result file in ``folder``, all of them in one commit.

    Raises NotFederated for a centralized run, ResultsMissing where there is no file, and
    NothingToBackfill for a file that is broken or holds no round.
    """
    with database.read() as session:
        number = _federated(require_editable(session, Run, run_id, actor)).id
    result = _read(folder, number)
    with database.write() as unit:
        run = require_editable(unit.session, Run, run_id, actor)
        lock_run(unit.session, run.id)
        stored = store_federated_result(unit.session, run.id, result, now())
        if stored.created or stored.updated:
            _publish(unit, run, result, stored)
        counts = {"created": len(stored.created), "updated": len(stored.updated)}
        record(unit, actor, "run_backfilled", subject_of(run.id), counts)
    return _outcome(number, result, stored)


def _federated(run: Run) -> Run:
    if not is_federated(run.training_mode):
        raise NotFederated(f"Run {run.id} is centralized: no server evaluated its rounds.")
    return run


def _read(folder: Path, run_id: int) -> FederatedResult:
    try:
        result = read_federated_result(read_result_file(folder, run_id))
    except ResultFileError as error:
        raise NothingToBackfill(str(error)) from None
    if not result.rounds:
        raise NothingToBackfill(NO_ROUND, errors={"rounds": result.reasons})
    return result


def _publish(unit: UnitOfWork, run: Run, result: FederatedResult, stored: StoredRounds) -> None:
    for number in sorted(stored.created + stored.updated)[-MAX_REPORTED:]:
        metrics = {
            name: None if value is None else float(value)
            for name, value in result.rounds[number].columns.items()
        }
        event = RoundMetrics(round=number, total_rounds=result.last_round, metrics=metrics)
        unit.publish(run_topic(run.id), event)
    notify_lists(unit, run)


def _outcome(run_id: int, result: FederatedResult, stored: StoredRounds) -> BackfillResult:
    created, updated = len(stored.created), len(stored.updated)
    read = "1 round" if len(result.rounds) == 1 else f"{len(result.rounds)} rounds"
    message = f"{read} read: {created} new, {updated} changed"
    if result.skipped:
        message += f", {len(result.skipped)} left out"
    if result.odd:
        message += f", {len(result.odd_metrics)} metrics with odd values"
    return BackfillResult(
        run_id=run_id,
        success=True,
        message=f"{message}.",
        rounds_processed=len(result.rounds),
        rounds_created=created,
        rounds_updated=updated,
        rounds_skipped=len(result.skipped),
        reasons=[*result.skipped, *result.odd_metrics],
    )
