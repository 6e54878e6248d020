"""Training one model of a session: the use case that a worker performs with its engine."""

from app.db.engine import Database
from app.storage import ObjectStore
from services.forecasting.models.ensembles import EnsembleSettings
from services.forecasting.models.ports import FitContext, Fitted
from services.forecasting.training.member_files import member_folders
from services.forecasting.training.outcome import record_model
from services.forecasting.training.ports import ForecastEngine
from services.forecasting.training.prepare import PreparedData, blocks_of
from services.forecasting.training.progress import ProgressReport
from services.forecasting.training.start_from import load_model
from services.forecasting.training.task import ModelTask, context_for, task_of
from services.runs.training.ports import FencedAttempt, TrainingRecorder
from services.tracking.usage import UsageMeter


def train_model(
    run_id: int,
    attempt: FencedAttempt,
    database: Database,
    store: ObjectStore,
    engine: ForecastEngine,
    meter: UsageMeter | None = None,
) -> None:
    """Train the model of ``run_id``, measure it on the test block, and keep what comes out."""
    task = task_of(run_id, database, store)

    def fit(prepared: PreparedData, recorder: TrainingRecorder, progress: ProgressReport) -> Fitted:
        if task.start_from is not None:
            recorder.log("info", f"Starting from the model of run {task.start_from}.")
        progress.begin_fit()
        context = context_for(task, recorder, progress)
        fitted = _fit(task, prepared, context, engine, database, store)
        progress.end_fit(len(fitted.history.epochs))
        return fitted

    record_model(task, attempt, database, store, engine, fit, meter)


def _fit(
    task: ModelTask,
    prepared: PreparedData,
    context: FitContext,
    engine: ForecastEngine,
    database: Database,
    store: ObjectStore,
) -> Fitted:
    data, earlier = blocks_of(prepared), None
    if isinstance(task.settings, EnsembleSettings):
        with member_folders(database, store, task.settings) as folders:
            return engine.fit_ensemble(task.settings, folders, data, context)
    if task.start_from is not None:
        earlier = load_model(database, store, task.start_from, engine.load)
    return engine.fit(task.settings, data, context, earlier)
