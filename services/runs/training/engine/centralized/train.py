"""One attempt at a centralised run, from the data to the files that are kept."""

import logging
import tempfile
import warnings
from dataclasses import dataclass

import torch
from lightning.pytorch import Trainer
from lightning.pytorch.callbacks import EarlyStopping

from services.engine_kit.checkpoint_io import MemoryCheckpointIO
from services.engine_kit.errors import StopTraining
from services.engine_kit.serialization import from_bytes, to_bytes
from services.engine_kit.signals import KeepSignals
from services.runs.messages import message_text
from services.runs.training.config.config import TrainingConfig
from services.runs.training.config.field_spec import CENTRALIZED
from services.runs.training.config.monitor import lower_is_better
from services.runs.training.engine.centralized.module import OrderedBatches, Trainee
from services.runs.training.engine.centralized.recording import CheckpointRanking, EpochRecorder
from services.runs.training.engine.centralized.reporting import EpochReporter
from services.runs.training.engine.learning import Learner, device_for, learner_for
from services.runs.training.engine.lifecycle import TrainingOutcome, announce, conclude
from services.runs.training.engine.metrics import Measured
from services.runs.training.engine.preparation import prepare
from services.runs.training.engine.schedule import about_schedule
from services.runs.training.engine.stopping import stop_check
from services.runs.training.ports import TrainingRecorder, TrainingResult, TrainingTask


@dataclass(frozen=True, kw_only=True)
class TrainingParts:
    """What an attempt is made of."""

    task: TrainingTask
    recorder: TrainingRecorder
    learner: Learner
    trainee: Trainee
    epochs: EpochRecorder
    checkpoints: MemoryCheckpointIO
    stopping: EarlyStopping | None


def train_centralised(
    task: TrainingTask, recorder: TrainingRecorder, threads: int
) -> TrainingResult:
    """Train to the last epoch, until it gets no better, or to a stop."""
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    config = task.config
    prepared = prepare(task.data, config, CENTRALIZED, device_for(config))
    learner = learner_for(config, prepared, task.pretrained)
    parts = _parts(task, recorder, learner, threads)
    announce(task, recorder, learner, config.epochs)
    finished = parts.epochs.is_done or _fit(parts)
    return _result(parts, finished=finished)


def _parts(
    task: TrainingTask, recorder: TrainingRecorder, learner: Learner, threads: int
) -> TrainingParts:
    files = task.resume.files if task.resume else {}
    checkpoints = MemoryCheckpointIO(files)
    stopping = early_stopping(task.config)
    epochs = EpochRecorder(task, recorder, checkpoints, stopping, threads)
    trainee = Trainee(learner, EpochReporter(task, recorder), stop_check(recorder))
    if task.resume is not None:
        epochs.restore(task.resume)
        # Lightning loads the weights too, but not if there is no epoch left to train
        trainee.load_state_dict(checkpoints.load_checkpoint(None)["state_dict"])
    return TrainingParts(
        task=task,
        recorder=recorder,
        learner=learner,
        trainee=trainee,
        epochs=epochs,
        checkpoints=checkpoints,
        stopping=stopping,
    )


def early_stopping(config: TrainingConfig) -> EarlyStopping | None:
    """Return Lightning's early stopping; an epoch without the metric does not count."""
    if config.early_stopping_patience == 0:
        return None
    return EarlyStopping(
        monitor=config.monitor_metric,
        mode="min" if lower_is_better(config.monitor_metric) else "max",
        patience=config.early_stopping_patience,
        min_delta=config.early_stopping_min_delta,
        strict=False,
    )


def _fit(parts: TrainingParts) -> bool:
    """Train; return False if a person requested a stop."""
    split = parts.learner.prepared.split
    train = parts.trainee.train_batches(torch.from_numpy(split.train))
    validation = OrderedBatches(parts.learner, torch.from_numpy(split.validation))
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="lightning")
        trainer = _trainer(parts, folder)
        try:
            trainer.fit(
                parts.trainee,
                train_dataloaders=train,
                val_dataloaders=validation,
                ckpt_path=None if parts.task.resume is None else "checkpoint",
            )
        except StopTraining:
            return False
    return True


def _trainer(parts: TrainingParts, folder: str) -> Trainer:
    config, device = parts.task.config, parts.learner.prepared.device
    stopping = [] if parts.stopping is None else [parts.stopping]
    return Trainer(
        accelerator="gpu" if device.type == "cuda" else "cpu",
        devices=1,
        max_epochs=config.epochs,
        accumulate_grad_batches=config.accumulate_grad_batches,
        gradient_clip_val=config.gradient_clip_val or None,
        deterministic=True,
        plugins=[parts.checkpoints],
        callbacks=[KeepSignals(), *stopping, parts.epochs],
        default_root_dir=folder,
        num_sanity_val_steps=0,
        logger=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )


def _result(parts: TrainingParts, *, finished: bool) -> TrainingResult:
    if not finished and parts.epochs.finished:
        # what the unfinished epoch did is left behind: its numbers were never measured
        parts.trainee.load_state_dict(parts.checkpoints.load_checkpoint(None)["state_dict"])
    last = to_bytes(parts.learner.network.state_dict())
    ranking, epochs = parts.epochs.ranking, parts.epochs
    best, reason = ranking.best, _reason(parts, finished=finished)
    measured = _tested(parts, last if best is None else best.weights)
    outcome = TrainingOutcome(
        finished=finished,
        steps=epochs.finished,
        last_step=max(epochs.finished - 1, 0),
        total=parts.task.config.epochs,
        best_step=None if best is None else best.epoch,
        best_value=None if best is None else best.value,
        message=reason or message_text("epochs_trained", total=epochs.finished),
        reason=reason,
        threads=epochs.threads,
        schedule=about_schedule(parts.task.config, parts.task.config.epochs),
    )
    files = _weights(ranking, last)
    return conclude(parts.task, parts.recorder, parts.learner, outcome, measured, files)


def _tested(parts: TrainingParts, weights: bytes) -> Measured:
    """Measure the best weights on the rows that nothing was chosen by."""
    parts.learner.network.load_state_dict(from_bytes(weights))
    parts.learner.network.to(parts.learner.prepared.device)
    rows = torch.from_numpy(parts.learner.prepared.split.test)
    return parts.learner.evaluate(rows, lambda: None)


def _reason(parts: TrainingParts, *, finished: bool) -> str | None:
    done, total = parts.epochs.finished, parts.task.config.epochs
    if not finished:
        return message_text("stopped_after_epoch", done=done, total=total)
    if done < total:
        monitor = parts.task.config.monitor_metric
        return message_text("stopped_early", done=done, total=total, metric=monitor)
    return None


def _weights(ranking: CheckpointRanking, last: bytes) -> dict[str, bytes]:
    files = {
        "model.safetensors": last if ranking.best is None else ranking.best.weights,
        "last.safetensors": last,
    }
    for place, one in enumerate(ranking.kept[1:], start=2):
        files[f"top{place}-epoch-{one.epoch}.safetensors"] = one.weights
    return files
