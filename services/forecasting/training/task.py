"""What one attempt at a model of a session works on, and what it reports to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.db.engine import Database
from app.models.forecasting import SessionModel
from app.models.run import Run
from app.storage import ObjectStore
from services.forecasting.domain import progress as scale
from services.forecasting.models.ensembles import stored_settings
from services.forecasting.models.families import ModelSettings, NetworkSettings
from services.forecasting.training.context import RunCheckpoints, RunContext
from services.forecasting.training.prepare import PreparedData, prepare
from services.forecasting.training.progress import ProgressReport
from services.runs.progress import progress_of
from services.runs.training.checkpoints import read_checkpoint
from services.runs.training.ports import Checkpoint, TrainingRecorder
from services.tabular.counted import counted


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


def task_of(run_id: int, database: Database, store: ObjectStore) -> ModelTask:
    """Return what the next attempt at the model of a run works on."""
    with database.read() as session:
        run = session.get_one(Run, run_id)
        model = session.get_one(SessionModel, run_id)
        share = progress_of(session, [run_id]).get(run_id, 0.0)
    return ModelTask(
        run_id=run_id,
        session_id=model.session_id,
        start_from=model.start_from,
        settings=stored_settings(model.settings),
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
        total_epochs=task.settings.epochs if isinstance(task.settings, NetworkSettings) else None,
        reached=task.reached,
    )


def prepared_for(
    task: ModelTask, store: ObjectStore, recorder: TrainingRecorder, progress: ProgressReport
) -> PreparedData:
    """Cut the samples, and say how many there are."""
    progress.enter(scale.PREPARE, f"Cutting samples out of {len(task.plan['files'])} series.")
    prepared = prepare(task.plan, store)
    sizes = ", ".join(f"{count} {name}" for name, count in prepared.sizes.items())
    samples = counted(prepared.windows.n, "1 sample", "{n} samples")
    recorder.log("info", f"{samples}: {sizes}.")
    return prepared


def context_for(
    task: ModelTask, recorder: TrainingRecorder, progress: ProgressReport
) -> RunContext:
    """Return what the fit reports to, from the newest checkpoint on."""
    checkpoints = RunCheckpoints(newest=None if task.resume is None else task.resume.files)
    return RunContext(recorder, progress, task.seed, checkpoints, "val_loss")
