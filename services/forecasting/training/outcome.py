"""What comes out of a fitted model: its figures on the test block, and the files to keep."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from app import strict_json
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.models.forecasting import ForecastSession, SessionModel
from app.storage import ObjectStore
from services.forecasting.datasets.arrays import test_windows_file
from services.forecasting.datasets.objects import TEST_WINDOWS
from services.forecasting.domain import progress as scale
from services.forecasting.models.ports import FitHistory, Fitted, TrainingStopped
from services.forecasting.training.bundle import BUNDLE, bundle_of
from services.forecasting.training.classical import kept_classical
from services.forecasting.training.files import MODEL_FOLDER, model_files
from services.forecasting.training.importance import input_importance
from services.forecasting.training.measure import MeasuredModel, forecasts_file, measure
from services.forecasting.training.member_files import weights_of
from services.forecasting.training.ports import ForecastEngine
from services.forecasting.training.prepare import PreparedData
from services.forecasting.training.progress import ProgressReport
from services.forecasting.training.storing import StoredFiles
from services.forecasting.training.task import ModelTask, prepared_for, progress_for
from services.runs.training.ports import FencedAttempt, TrainingRecorder, TrainingResult
from services.runs.training.train import record_training
from services.tracking.usage import UsageMeter

STOPPED = TrainingResult(
    status="cancelled", best_step=None, files={}, test_metrics={}, test_confusion=None
)


# returns the model for the samples that were cut; raises TrainingStopped where a stop left none
FitModel = Callable[[PreparedData, TrainingRecorder, ProgressReport], Fitted]


def record_model(
    task: ModelTask,
    attempt: FencedAttempt,
    database: Database,
    store: ObjectStore,
    engine: ForecastEngine,
    fit: FitModel,
    meter: UsageMeter | None = None,
) -> None:
    """Cut the samples, let ``fit`` make the model, measure it, and keep what comes out."""
    outcome = ModelOutcome(task, engine, store)

    def train(recorder: TrainingRecorder) -> TrainingResult:
        progress = progress_for(task, recorder)
        prepared = prepared_for(task, store, recorder, progress)
        try:
            fitted = fit(prepared, recorder, progress)
        except TrainingStopped:  # some families have no model before their last part
            return STOPPED
        return outcome.result(prepared, fitted, recorder, progress)

    record_training(
        task.run_id,
        attempt,
        database,
        store,
        train,
        meter=meter,
        on_stored=outcome.stored,
        at_end=outcome.keep,
    )


class ModelOutcome:
    """Measures the model of one attempt, and keeps what was measured with the end of its run."""

    def __init__(self, task: ModelTask, engine: ForecastEngine, store: ObjectStore) -> None:
        self.stored = StoredFiles(MODEL_FOLDER)
        self._task, self._engine, self._store = task, engine, store
        self._summary: dict[str, Any] | None = None

    def result(
        self,
        prepared: PreparedData,
        fitted: Fitted,
        recorder: TrainingRecorder,
        progress: ProgressReport,
    ) -> TrainingResult:
        """Measure the model on the test block; return its figures and files."""
        progress.enter(scale.EVALUATE, f"Measuring {prepared.sizes['test']} test samples.")
        measured = self._measured(prepared, fitted, recorder)
        self._summary = _summary(prepared, measured) | weights_of(self._task.settings, fitted)
        recorder.log("info", measured.sentence)
        progress.enter(scale.RESULTS, "Writing down the results.")
        files = self._files(prepared, fitted, measured, progress)
        history = fitted.history
        self.stored.begin(progress, list(files), kept_at_stop(history))
        return TrainingResult(
            status="cancelled" if history.reason == "stopped" else "completed",
            best_step=None if history.best_epoch is None else history.best_epoch - 1,
            files=files,
            test_metrics=measured.metrics,
            test_confusion=None,
        )

    def keep(self, unit: UnitOfWork) -> None:
        """Keep what was measured; a stop before there was a model measured nothing."""
        if self._summary is not None:
            unit.session.get_one(SessionModel, self._task.run_id).summary = self._summary
            session = unit.session.get_one(ForecastSession, self._task.session_id)
            session.n_dat = self._summary["n_dat"]

    def _measured(
        self, prepared: PreparedData, fitted: Fitted, recorder: TrainingRecorder
    ) -> MeasuredModel:
        """Measure it beside its baselines, and without each of its inputs."""
        baseline = kept_classical(prepared, self._task.plan, self._store, self._engine.classical)
        for sentence in baseline.sentences():
            recorder.log("warning", sentence)
        measured = measure(prepared, fitted, baseline)
        importance = input_importance(
            prepared, fitted, self._task.seed, self._engine.importance, recorder.stop_requested
        )
        return replace(measured, importance=importance)

    def _files(
        self,
        prepared: PreparedData,
        fitted: Fitted,
        measured: MeasuredModel,
        progress: ProgressReport,
    ) -> dict[str, bytes]:
        progress.enter(scale.COMPRESS, "Packing the model to take away.")
        facts = {"run_id": self._task.run_id, **prepared.sizes}
        bundle = bundle_of(prepared, fitted, facts, self._engine.write_bundle)
        progress.enter(scale.COMPRESSED, f"The packed model is {len(bundle) / 1000:.0f} kB.")
        return {
            "manifest.json": strict_json.dump_bytes(_manifest(self._task, prepared, fitted)),
            "evaluation.json": strict_json.dump_bytes(measured.as_mapping()),
            "certificate.json": strict_json.dump_bytes(prepared.certificate.to_json()),
            "scalers.json": strict_json.dump_bytes(prepared.scalers.to_json()),
            "test_forecasts.npz": forecasts_file(prepared, measured),
            TEST_WINDOWS: test_windows_file(prepared),
            BUNDLE: bundle,
            **model_files(fitted),
        }


def kept_at_stop(history: FitHistory) -> str | None:
    """Return what a stop has left, None for a training that was not stopped."""
    if history.reason != "stopped":
        return None
    if history.best_epoch is None:
        return "The training was stopped. The model that it had is kept."
    return (
        f"The training was stopped after epoch {len(history.epochs)}. "
        f"The model of epoch {history.best_epoch}, the best one, is kept."
    )


def _summary(prepared: PreparedData, measured: MeasuredModel) -> dict[str, Any]:
    return {
        "n_dat": prepared.windows.n,
        "sizes": prepared.sizes,
        "metrics": measured.metrics,
        "sentence": measured.sentence,
        "input_features": list(prepared.windows.input_names),
        "output_features": list(prepared.windows.output_names),
    }


def _manifest(task: ModelTask, prepared: PreparedData, fitted: Fitted) -> dict[str, Any]:
    return {
        "model": task.settings.as_mapping(),
        "start_from": task.start_from,
        "shape": fitted.shape.as_mapping(),
        "history": fitted.history.as_mapping(),
        "split": prepared.sizes,
        "n_dat": prepared.windows.n,
    }
