"""One attempt at a centralised run, from the data to the files that are kept."""

import logging
import tempfile
import warnings
from dataclasses import dataclass
from typing import Any

import torch
from lightning.pytorch import Trainer
from lightning.pytorch.callbacks import EarlyStopping

from services.runs.domain.config import TrainingConfig
from services.runs.domain.settings import CENTRALIZED
from services.runs.engine.centralised.checkpoint_io import MemoryCheckpointIO
from services.runs.engine.centralised.module import OrderedBatches, Trainee
from services.runs.engine.centralised.recording import EpochRecorder
from services.runs.engine.centralised.telling import EpochTeller
from services.runs.engine.errors import StopTraining
from services.runs.engine.learning import Learner, device_for, learner_for
from services.runs.engine.manifest import manifest
from services.runs.engine.metrics import Measured, named
from services.runs.engine.points import points
from services.runs.engine.preparation import prepare
from services.runs.engine.stopping import stop_check
from services.runs.engine.weights import from_bytes, to_bytes
from services.runs.events import EpochEnd, TrainingMode, TrainingStart
from services.runs.ports import StepOutcome, TrainingRecorder, TrainingResult, TrainingTask


@dataclass(frozen=True, kw_only=True)
class Parts:
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
    _announce(parts)
    finished = parts.epochs.is_done or _fit(parts)
    return _result(parts, finished=finished)


def _parts(task: TrainingTask, recorder: TrainingRecorder, learner: Learner, threads: int) -> Parts:
    files = task.resume.files if task.resume else {}
    checkpoints = MemoryCheckpointIO(files)
    stopping = early_stopping(task.config)
    epochs = EpochRecorder(task, recorder, checkpoints, stopping, threads)
    trainee = Trainee(learner, EpochTeller(task, recorder), stop_check(recorder))
    if task.resume is not None:
        epochs.restore(task.resume)
        # Lightning loads the weights too, but not if there is no epoch left to train
        trainee.load_state_dict(checkpoints.load_checkpoint(None)["state_dict"])
    return Parts(
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
        mode="min" if config.monitor_metric == "val_loss" else "max",
        patience=config.early_stopping_patience,
        min_delta=config.early_stopping_min_delta,
        strict=False,
    )


def _fit(parts: Parts) -> bool:
    """Train; return False if a person asked to stop."""
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


def _trainer(parts: Parts, folder: str) -> Trainer:
    config, device = parts.task.config, parts.learner.prepared.device
    callbacks = [parts.epochs] if parts.stopping is None else [parts.stopping, parts.epochs]
    return Trainer(
        accelerator="gpu" if device.type == "cuda" else "cpu",
        devices=1,
        max_epochs=config.epochs,
        accumulate_grad_batches=config.accumulate_grad_batches,
        gradient_clip_val=config.gradient_clip_val or None,
        deterministic=True,
        plugins=[parts.checkpoints],
        callbacks=callbacks,
        default_root_dir=folder,
        num_sanity_val_steps=0,
        logger=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )


def _announce(parts: Parts) -> None:
    task, recorder = parts.task, parts.recorder
    if task.resume is None:
        recorder.publish(TrainingMode(is_federated=False, num_rounds=0, num_clients=0))
    recorder.publish(
        TrainingStart(
            run_id=task.run_id,
            experiment_name=task.experiment_name,
            max_epochs=task.config.epochs,
            training_mode=CENTRALIZED,
            attempt=task.attempt,
            resumed_from=None if task.resume is None else task.resume.step,
        )
    )
    sizes = parts.learner.prepared.sizes()
    told = ", ".join(f"{count} {name}" for name, count in sizes.items())
    recorder.log("info", f"Rows: {told}.")
    if parts.learner.missing:
        names = ", ".join(parts.learner.missing[:5])
        recorder.log("warning", f"The given weights have nothing for {names}: trained from zero.")


def _result(parts: Parts, *, finished: bool) -> TrainingResult:
    last = to_bytes(parts.learner.network.state_dict())
    best = parts.epochs.ranking.best
    measured = _tested(parts, last if best is None else best.weights)
    step = max(parts.epochs.finished - 1, 0)
    parts.recorder.finish_step(
        StepOutcome(
            step=step,
            completed=parts.epochs.finished,
            total=parts.task.config.epochs,
            message=_message(parts, finished=finished),
            points=points(named("test", measured.metrics), step),
            events=[
                EpochEnd(epoch=step, phase="test", metrics=named("test", measured.metrics)),
            ],
        )
    )
    return TrainingResult(
        status="completed" if finished else "cancelled",
        best_step=None if best is None else best.epoch,
        files=_files(parts, last),
        test_metrics=measured.metrics,
        test_confusion=measured.confusion,
        reason=_message(parts, finished=finished),
    )


def _tested(parts: Parts, weights: bytes) -> Measured:
    """Measure the best weights on the rows that nothing was chosen by."""
    parts.learner.network.load_state_dict(from_bytes(weights))
    parts.learner.network.to(parts.learner.prepared.device)
    rows = torch.from_numpy(parts.learner.prepared.split.test)
    return parts.learner.evaluate(rows, lambda: None)


def _message(parts: Parts, *, finished: bool) -> str:
    done, total = parts.epochs.finished, parts.task.config.epochs
    if not finished:
        return f"Stopped after epoch {done} of {total}; the best so far is kept."
    if parts.epochs.stopped_early and done < total:
        monitor = parts.task.config.monitor_metric
        return f"Stopped early after epoch {done} of {total}: {monitor} no longer improved."
    return f"All {total} epochs are trained."


def _files(parts: Parts, last: bytes) -> dict[str, bytes]:
    ranking = parts.epochs.ranking
    files = {
        "model.safetensors": last if ranking.best is None else ranking.best.weights,
        "last.safetensors": last,
    }
    for place, one in enumerate(ranking.kept[1:], start=2):
        files[f"top{place}-epoch-{one.epoch}.safetensors"] = one.weights
    best: dict[str, Any] = {"step": None, "value": None}
    if ranking.best is not None:
        best = {"step": ranking.best.epoch, "value": ranking.best.value}
    about = manifest(
        parts.task, parts.learner.prepared, files, threads=parts.epochs.threads, best=best
    )
    return {**files, "manifest.json": about}
