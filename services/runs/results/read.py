"""What a run came to: its history, its best and final values, its confusion matrix."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from app.auth.access import require_visible
from app.auth.actor import Actor
from app.db.engine import Database
from app.models.run import Run
from services.runs.read import total_steps
from services.runs.results.counts import statistics_of
from services.runs.results.domain.history import (
    KEYS,
    Counts,
    Epoch,
    History,
    best_by_metric,
    best_epoch,
    final_counts,
    final_values,
)
from services.runs.results.measured import read_history
from services.runs.times import duration_of
from services.tracking.domain.metric_names import METRICS, short_name

COUNT_NAMES = ("true_positives", "true_negatives", "false_positives", "false_negatives")
FINAL = {"auroc": "auc"}  # as the final metrics spell it
MAX_ENTRIES = 10_000  # of a history in one answer; the downloads hold every epoch


@dataclass(frozen=True, kw_only=True)
class RunResults:
    """The results in the shape of the wire; a number that is unknown is 0.0 and named."""

    experiment_id: str
    status: str
    total_epochs: int
    final_metrics: Mapping[str, Any]
    training_history: Sequence[Mapping[str, Any]]
    metadata: Mapping[str, Any]
    confusion_matrix: Mapping[str, Any] | None
    history_is_thinned: bool = False


def show_results(database: Database, actor: Actor, run_id: str) -> RunResults:
    """Return the results so far, whether the run is over or not."""
    with database.read() as session:
        run = require_visible(session, Run, run_id, actor)
        return results_of(run, read_history(session, run))


def results_of(run: Run, history: History) -> RunResults:
    """Return what the history of a run says; of a million epochs only some are shown."""
    final = {FINAL.get(metric, metric): value for metric, value in final_values(history).items()}
    names = [FINAL.get(metric, metric) for metric in METRICS]
    return RunResults(
        experiment_id=f"run_{run.id}",
        status=run.status,
        total_epochs=len(history),
        final_metrics=_floats(final, names),
        training_history=[on_the_wire(epoch) for epoch in history.rows(_shown_places(history))],
        history_is_thinned=len(history) > MAX_ENTRIES,
        metadata=_metadata(run, history),
        confusion_matrix=confusion_of(final_counts(history)),
    )


def _shown_places(history: History) -> list[int]:
    """Return the places of the epochs to show: all, or evenly chosen with the first and last."""
    count = min(len(history), MAX_ENTRIES)
    return np.linspace(0, len(history) - 1, count).astype(np.int64).tolist() if count else []


def _floats(values: Mapping[str, float], names: Sequence[str]) -> dict[str, Any]:
    missing = [name for name in names if name not in values]
    return {name: values.get(name, 0.0) for name in names} | {"missing": missing}


def on_the_wire(epoch: Epoch) -> dict[str, Any]:
    """Return an epoch with 0.0 for what is unknown, and the names of that."""
    about = {"epoch": epoch.epoch, "is_baseline": epoch.is_baseline}
    return about | _floats(epoch.values, list(KEYS))


def _metadata(run: Run, history: History) -> dict[str, Any]:
    values = {
        f"best_val_{short_name(name)}": value for name, value in best_by_metric(history).items()
    }
    final = final_values(history)
    values |= {f"final_{_final_name(name)}": value for name, value in final.items()}
    names = [f"best_val_{short_name(metric)}" for metric in METRICS]
    names += [f"final_{_final_name(metric)}" for metric in METRICS]
    seconds = duration_of(run)
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
        "training_duration_formatted": None if seconds is None else clock_time(seconds),
    }


def _final_name(metric: str) -> str:
    return FINAL.get(metric, short_name(metric))


def _text(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat()


def clock_time(seconds: float) -> str:
    """Return a length of time as people read it: 1:02:03."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}"


def confusion_of(counts: Counts | None) -> dict[str, Any] | None:
    """Return the four counts by name with what they say, None where one is unknown."""
    statistics = statistics_of(counts)
    if counts is None or statistics is None:
        return None
    return dict(zip(COUNT_NAMES, counts, strict=True)) | vars(statistics)
