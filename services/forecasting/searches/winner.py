"""Measuring the trial that was kept on the test block: what a worker performs with its engine."""

from typing import Any

from app.db.engine import Database
from app.storage import ObjectStore
from services.forecasting.training import train as training
from services.forecasting.training.start_from import load_model
from services.forecasting.training.train import ForecastEngine
from services.runs.training.ports import FencedAttempt, TrainingRecorder, TrainingResult
from services.runs.training.train import record_training
from services.tracking.usage import UsageMeter


def measure_winner(
    run_id: int,
    attempt: FencedAttempt,
    database: Database,
    store: ObjectStore,
    engine: ForecastEngine,
    meter: UsageMeter | None = None,
) -> None:
    """Measure the model of ``run_id`` as a training would have, and keep what comes out of it."""
    task = training.task_of(run_id, database, store)
    summaries: list[dict[str, Any]] = []

    def measure(recorder: TrainingRecorder) -> TrainingResult:
        progress = training.progress_for(task, recorder)
        prepared = training.prepared_for(task, store, recorder, progress)
        fitted = load_model(database, store, run_id, engine.load)
        return training.measured_result(
            task, prepared, fitted, engine.write_bundle, progress, recorder, summaries
        )

    record_training(
        run_id,
        attempt,
        database,
        store,
        measure,
        meter=meter,
        at_end=lambda unit: training.keep_summary(unit, task, summaries),
    )
