"""What a run came to: its history, its best and final values, its confusion matrix."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.auth.access import require_visible
from app.auth.actor import Actor
from app.db.engine import Database
from app.models.run import Run
from services.runs.counts import statistics_of
from services.runs.domain.history import (
    KEYS,
    SERIES,
    Counts,
    Epoch,
    best_epoch,
    best_values,
    final_values,
    history_of_epochs,
    history_of_rounds,
)
from services.runs.domain.metric_names import METRICS
from services.runs.evaluated import evaluated
from services.runs.repository import evaluations_of
from services.runs.series import read_columns
from services.runs.show import total_steps

COUNT_NAMES = ("true_positives", "true_negatives", "false_positives", "false_negatives")
SHORT = {"f1_score": "f1"}  # as the metadata spells it
FINAL = {"auroc": "auc"}  # as the final metrics spell it


@dataclass(frozen=True, kw_only=True)
class Results:
    """The results in the shape of the wire; a number that is unknown is 0.0 and named."""

    experiment_id: str
    status: str
    total_epochs: int
    final_metrics: Mapping[str, Any]
    training_history: Sequence[Mapping[str, Any]]
    metadata: Mapping[str, Any]
    confusion_matrix: Mapping[str, Any] | None


def show_results(database: Database, actor: Actor, run_id: str) -> Results:
    """Return the results so far, whether the run is over or not."""
    with database.read() as session:
        run = require_visible(session, Run, run_id, actor)
        history = read_history(session, run)
    final = {FINAL.get(metric, metric): value for metric, value in final_values(history).items()}
    names = [FINAL.get(metric, metric) for metric in METRICS]
    return Results(
        experiment_id=f"run_{run.id}",
        status=run.status,
        total_epochs=len(history),
        final_metrics=_floats(final, names),
        training_history=[_on_the_wire(epoch) for epoch in history],
        metadata=_metadata(run, history),
        confusion_matrix=_confusion(history[-1].counts) if history else None,
    )


def read_history(session: Session, run: Run) -> list[Epoch]:
    """Return the history of a run, in ascending order of epochs or rounds."""
    if run.training_mode == "federated":
        return history_of_rounds([evaluated(row) for row in evaluations_of(session, run.id)])
    return history_of_epochs(read_columns(session, run.id, SERIES))


def _floats(values: Mapping[str, float], names: Sequence[str]) -> dict[str, Any]:
    missing = [name for name in names if name not in values]
    return {name: values.get(name, 0.0) for name in names} | {"missing": missing}


def _on_the_wire(epoch: Epoch) -> dict[str, Any]:
    about = {"epoch": epoch.epoch, "is_baseline": epoch.is_baseline}
    return about | _floats(epoch.values, list(KEYS))


def _metadata(run: Run, history: Sequence[Epoch]) -> dict[str, Any]:
    values = {
        f"best_val_{SHORT.get(name, name)}": value for name, value in best_values(history).items()
    }
    final = final_values(history)
    values |= {f"final_{_final_name(name)}": value for name, value in final.items()}
    names = [f"best_val_{SHORT.get(metric, metric)}" for metric in METRICS]
    names += [f"final_{_final_name(metric)}" for metric in METRICS]
    seconds = None if run.end_time is None else (run.end_time - run.start_time).total_seconds()
    return _floats(values, names) | {
        "experiment_name": f"run_{run.id}",
        "name": run.name,
        "start_time": _text(run.start_time),
        "end_time": _text(run.end_time),
        "total_epochs": len(history),
        "max_epochs": total_steps(run),
        "best_epoch": best_epoch(history, "val_acc"),
        "best_epoch_by_recall": best_epoch(history, "val_recall"),
        "training_duration_seconds": seconds,
        "training_duration_formatted": None if seconds is None else _formatted(seconds),
    }


def _final_name(metric: str) -> str:
    return FINAL.get(metric, SHORT.get(metric, metric))


def _text(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat()


def _formatted(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}"


def _confusion(counts: Counts | None) -> dict[str, Any] | None:
    statistics = statistics_of(counts)
    if counts is None or statistics is None:
        return None
    return dict(zip(COUNT_NAMES, counts, strict=True)) | vars(statistics)
