"""Training one model of a session: the use case that a worker performs with its engine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from app import strict_json
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.models.forecasting import ForecastSession, SessionModel
from app.models.run import Run
from app.storage import ObjectStore
from services.forecasting.datasets.arrays import test_windows_file
from services.forecasting.datasets.objects import TEST_WINDOWS
from services.forecasting.domain import progress as scale
from services.forecasting.models.families import ModelSettings, NetworkSettings, read_settings
from services.forecasting.models.ports import (
    FitContext,
    Fitted,
    TrainingBlocks,
    TrainingStopped,
)
from services.forecasting.training.bundle import BUNDLE, WriteBundle, bundle_of
from services.forecasting.training.context import RunCheckpoints, RunContext
from services.forecasting.training.files import MODEL_FOLDER, model_files
from services.forecasting.training.measure import MeasuredModel, forecasts_file, measure
from services.forecasting.training.prepare import PreparedData, blocks_of, prepare
from services.forecasting.training.progress import ProgressReport
from services.forecasting.training.start_from import load_model
from services.forecasting.training.storing import StoredFiles
from services.runs.progress import progress_of
from services.runs.training.checkpoints import read_checkpoint
from services.runs.training.ports import Checkpoint, FencedAttempt, TrainingRecorder, TrainingResult
from services.runs.training.train import record_training
from services.tracking.usage import UsageMeter

STOPPED = TrainingResult(
    status="cancelled", best_step=None, files={}, test_metrics={}, test_confusion=None
)


class ForecastEngine(Protocol):
    """The heavy part, handed to the use case by the worker."""

    def fit(
        self,
        settings: ModelSettings,
        data: TrainingBlocks,
        context: FitContext,
        start_from: Fitted | None = None,
    ) -> Fitted:
        """Train a model to the end, or to a stop; raises TrainingStopped without a model.

        ``start_from`` is an earlier model whose weights or trees are the beginning.
        """

    def load(self, folder: Path) -> Fitted:
        """Return the model that was saved in ``folder``."""

    @property
    def write_bundle(self) -> WriteBundle:
        """Return what writes a model as a zip to take away."""


@dataclass(frozen=True, kw_only=True)
class ModelTask:
    """One attempt at one model; ``start_from`` is the run of the model that it goes on from."""

    run_id: int
    session_id: int
    start_from: int | None
    settings: ModelSettings
    plan: Mapping[str, Any]
    seed: int
    resume: Checkpoint | None
    reached: float


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
    summaries: list[dict[str, Any]] = []
    stored = StoredFiles(MODEL_FOLDER)

    def train(recorder: TrainingRecorder) -> TrainingResult:
        progress = progress_for(task, recorder)
        prepared = prepared_for(task, store, recorder, progress)
        earlier = _earlier(task, database, store, engine, recorder)
        progress.begin_fit()
        context = context_for(task, recorder, progress)
        try:
            fitted = engine.fit(task.settings, blocks_of(prepared), context, earlier)
        except TrainingStopped:  # some families have no model before their last part
            return STOPPED
        progress.end_fit(len(fitted.history.epochs))
        result = measured_result(
            task, prepared, fitted, engine.write_bundle, progress, recorder, summaries
        )
        stored.begin(progress, list(result.files))
        return result

    record_training(
        run_id,
        attempt,
        database,
        store,
        train,
        meter=meter,
        on_stored=stored,
        at_end=lambda unit: keep_summary(unit, task, summaries),
    )


def measured_result(
    task: ModelTask,
    prepared: PreparedData,
    fitted: Fitted,
    write: WriteBundle,
    progress: ProgressReport,
    recorder: TrainingRecorder,
    summaries: list[dict[str, Any]],
) -> TrainingResult:
    """Measure a model on the test block; return its files, and add its summary."""
    progress.enter(scale.EVALUATE, f"Measuring {prepared.sizes['test']} test samples.")
    measured = measure(prepared, fitted)
    summaries.append(_summary(prepared, measured))
    recorder.log("info", measured.sentence)
    return _result(task, prepared, fitted, measured, write, progress)


def task_of(run_id: int, database: Database, store: ObjectStore) -> ModelTask:
    """Return what an attempt at a model of a session works on."""
    with database.read() as session:
        run = session.get_one(Run, run_id)
        model = session.get_one(SessionModel, run_id)
        share = progress_of(session, [run_id]).get(run_id, 0.0)
    return ModelTask(
        run_id=run_id,
        session_id=model.session_id,
        start_from=model.start_from,
        settings=read_settings(model.settings),
        plan=model.plan,
        seed=run.seed,
        resume=read_checkpoint(store, run.checkpoint),
        reached=100 * share,
    )


def progress_for(task: ModelTask, recorder: TrainingRecorder) -> ProgressReport:
    """Return what reports the stages of the attempt."""
    return ProgressReport(
        recorder,
        task.run_id,
        task.settings.mode,
        has_epochs=isinstance(task.settings, NetworkSettings),
        reached=task.reached,
    )


def prepared_for(
    task: ModelTask, store: ObjectStore, recorder: TrainingRecorder, progress: ProgressReport
) -> PreparedData:
    """Cut the samples, and say how many there are."""
    progress.enter(scale.PREPARE, f"Cutting samples out of {len(task.plan['files'])} series.")
    prepared = prepare(task.plan, store)
    sizes = ", ".join(f"{count} {name}" for name, count in prepared.sizes.items())
    recorder.log("info", f"{prepared.windows.n} samples: {sizes}.")
    return prepared


def _earlier(
    task: ModelTask,
    database: Database,
    store: ObjectStore,
    engine: ForecastEngine,
    recorder: TrainingRecorder,
) -> Fitted | None:
    if task.start_from is None:
        return None
    recorder.log("info", f"Starting from the model of run {task.start_from}.")
    return load_model(database, store, task.start_from, engine.load)


def context_for(
    task: ModelTask, recorder: TrainingRecorder, progress: ProgressReport
) -> RunContext:
    """Return what the fit reports to, from the newest checkpoint on."""
    checkpoints = RunCheckpoints(newest=None if task.resume is None else task.resume.files)
    return RunContext(recorder, progress, task.seed, checkpoints, "val_loss")


def _summary(prepared: PreparedData, measured: MeasuredModel) -> dict[str, Any]:
    return {
        "n_dat": prepared.windows.n,
        "sizes": prepared.sizes,
        "metrics": measured.metrics,
        "sentence": measured.sentence,
        "input_features": list(prepared.windows.input_names),
        "output_features": list(prepared.windows.output_names),
    }


def _result(
    task: ModelTask,
    prepared: PreparedData,
    fitted: Fitted,
    measured: MeasuredModel,
    write: WriteBundle,
    progress: ProgressReport,
) -> TrainingResult:
    progress.enter(scale.RESULTS, "Writing down the results.")
    history = fitted.history
    best = None if history.best_epoch is None else history.best_epoch - 1
    manifest = {
        "model": task.settings.as_mapping(),
        "start_from": task.start_from,
        "shape": fitted.shape.as_mapping(),
        "history": history.as_mapping(),
        "split": prepared.sizes,
        "n_dat": prepared.windows.n,
    }
    progress.enter(scale.COMPRESS, "Packing the model to take away.")
    bundle = bundle_of(prepared, fitted, {"run_id": task.run_id, **prepared.sizes}, write)
    progress.enter(scale.COMPRESSED, f"The packed model is {len(bundle) / 1000:.0f} kB.")
    files = {
        "manifest.json": strict_json.dump_bytes(manifest),
        "evaluation.json": strict_json.dump_bytes(measured.as_mapping()),
        "certificate.json": strict_json.dump_bytes(prepared.certificate.to_json()),
        "scalers.json": strict_json.dump_bytes(prepared.scalers.to_json()),
        "test_forecasts.npz": forecasts_file(prepared, measured),
        TEST_WINDOWS: test_windows_file(prepared),
        BUNDLE: bundle,
        **model_files(fitted),
    }
    return TrainingResult(
        status="cancelled" if history.reason == "stopped" else "completed",
        best_step=best,
        files=files,
        test_metrics=measured.metrics,
        test_confusion=None,
    )


def keep_summary(unit: UnitOfWork, task: ModelTask, summaries: Sequence[dict[str, Any]]) -> None:
    """Keep what was measured; a stop before there was a model measured nothing."""
    for summary in summaries:
        unit.session.get_one(SessionModel, task.run_id).summary = summary
        unit.session.get_one(ForecastSession, task.session_id).n_dat = summary["n_dat"]
