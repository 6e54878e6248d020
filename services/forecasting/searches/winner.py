"""Measuring the trial that was kept on the test block: what a worker performs with its engine."""

from app.db.engine import Database
from app.storage import ObjectStore
from services.forecasting.models.ports import Fitted
from services.forecasting.training.outcome import record_model
from services.forecasting.training.ports import ForecastEngine
from services.forecasting.training.start_from import load_model
from services.forecasting.training.task import task_of
from services.runs.training.ports import FencedAttempt
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

    def fit(*_: object) -> Fitted:
        return load_model(database, store, run_id, engine.load)

    record_model(task, attempt, database, store, engine, fit, meter)
