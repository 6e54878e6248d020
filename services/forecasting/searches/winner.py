"""Measuring the trial that was kept on the test block: what a worker performs with its engine."""

from app.db.engine import Database
from app.storage import ObjectStore
from services.forecasting.training.outcome import ModelOutcome
from services.forecasting.training.ports import ForecastEngine
from services.forecasting.training.start_from import load_model
from services.forecasting.training.task import prepared_for, progress_for, task_of
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
    task = task_of(run_id, database, store)
    outcome = ModelOutcome(task, engine, store)

    def measure(recorder: TrainingRecorder) -> TrainingResult:
        progress = progress_for(task, recorder)
        prepared = prepared_for(task, store, recorder, progress)
        fitted = load_model(database, store, run_id, engine.load)
        return outcome.result(prepared, fitted, recorder, progress)

    record_training(
        run_id,
        attempt,
        database,
        store,
        measure,
        meter=meter,
        on_stored=outcome.stored,
        at_end=outcome.keep,
    )
