"""The figures of a run's kept model, each with how sure it is and what it was measured on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.access import require_visible
from app.auth.actor import Actor
from app.db.engine import Database
from app.models.run import Run, ServerEvaluation
from app.storage import ObjectStore
from app.storage.base import ObjectMissing, StorageUnavailable
from services.runs.predictions import from_parquet
from services.runs.results.domain.result import REPORTED, TEST, VALIDATION, ordered_results
from services.runs.results.domain.uncertainty import Confusion, Uncertainty, uncertainty_of
from services.runs.results.kept_results import ResultValue, confusion_of, results_of
from services.runs.statements import predictions_of
from services.statistics.interval import CONFIDENCE
from services.statistics.row_errors import Predictions
from services.tracking.domain.training_modes import is_federated


@dataclass(frozen=True, kw_only=True)
class RunHeadline:
    """A figure of the kept model; ``uncertainty`` is None where the rows do not give one."""

    metric: str
    result: ResultValue
    uncertainty: Uncertainty | None


@dataclass(frozen=True, kw_only=True)
class RunHeadlines:
    """The figures that a run's page shows first; intervals hold with ``confidence``."""

    items: Sequence[RunHeadline]
    confidence: float = CONFIDENCE


def show_headlines(
    database: Database, store: ObjectStore, actor: Actor, run_id: str
) -> RunHeadlines:
    """Return the headline figures of a run, those of its task first.

    Raises NotFound for a run that is not the actor's to see.
    """
    with database.read() as session:
        run = require_visible(session, Run, run_id, actor)
        results = results_of(session, [run.id]).get(run.id, {})
        shown = ordered_results(run.task, results)
        is_ours = run.origin == "trained"
        confusion = _kept_confusion(session, run) if is_ours else None
        key = predictions_of(session, [run.id]).get(run.id)
    rows = _predictions(store, key) if key and is_ours and _tested(results) else None
    return RunHeadlines(items=[_headline(name, one, confusion, rows) for name, one in shown])


def _tested(results: Mapping[str, ResultValue]) -> bool:
    return any(one.measured_on == TEST for one in results.values())


def _headline(
    metric: str, result: ResultValue, confusion: Confusion | None, rows: Predictions | None
) -> RunHeadline:
    """Join a figure and its interval.

    What a program reported has none, as its rows are not known; nor has a figure of the rows that
    the best epoch was chosen by, as the best of many is no sample.
    """
    known = result.value is not None and result.measured_on not in (REPORTED, VALIDATION)
    return RunHeadline(
        metric=metric,
        result=result,
        uncertainty=uncertainty_of(metric, cast("float", result.value), confusion, rows)
        if known
        else None,
    )


def _kept_confusion(session: Session, run: Run) -> Confusion | None:
    """Return the confusion matrix of the rows that the kept model was measured on."""
    if is_federated(run.training_mode) and run.best_step is not None:
        kept = select(ServerEvaluation).where(
            ServerEvaluation.run_id == run.id, ServerEvaluation.round_number == run.best_step
        )
        evaluation = session.scalar(kept)
        if evaluation is not None:
            return confusion_of(evaluation)
    matrix: Confusion | None = ((run.manifest or {}).get("test") or {}).get("confusion")
    return matrix


def _predictions(store: ObjectStore, key: str) -> Predictions | None:
    """Return the predictions; None where they are gone, or their store is away."""
    try:
        return _read(cast("Any", store), key)
    except (ObjectMissing, StorageUnavailable):
        return None


@lru_cache(maxsize=8)  # objects never change under their key, and pages ask again and again
def _read(store: ObjectStore, key: str) -> Predictions:
    return from_parquet(store.get(key))
