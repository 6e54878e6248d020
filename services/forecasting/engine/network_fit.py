"""Training a network on Lightning: epochs, the best of them, checkpoints, an end for a reason."""

import json
import logging
import math
import tempfile
import time
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from lightning.pytorch import LightningModule, Trainer
from lightning.pytorch.callbacks import Checkpoint as LightningCheckpoint
from lightning.pytorch.callbacks import EarlyStopping

from services.engine_kit.checkpoint_io import MemoryCheckpointIO
from services.engine_kit.environment import compute_with, seed_torch, threads_for
from services.engine_kit.errors import StopTraining, TrainingFailedError
from services.engine_kit.serialization import as_json, from_bytes, to_bytes
from services.engine_kit.signals import KeepSignals
from services.forecasting.engine.module import ForecastModule, TrainingBatches, ValidationBatches
from services.forecasting.engine.network_model import NetworkModel
from services.forecasting.engine.networks import network_for
from services.forecasting.engine.rows import require_samples
from services.forecasting.engine.scores import finite
from services.forecasting.models.families import ArLstmSettings, LstmSettings, NetworkSettings
from services.forecasting.models.ports import (
    FitContext,
    FitHistory,
    Fitted,
    Metrics,
    TrainingBlocks,
)
from services.forecasting.models.size import require_parameters_fit
from services.forecasting.models.warm_start import require_same
from services.seeding import derived_seed

BEST, STATE = "best.safetensors", "state.json"
MAX_GRADIENT_NORM = 1.0  # recurrent networks without a bounded activation explode beyond it


@dataclass
class FitState:
    """How far a training has come: what a checkpoint holds beside Lightning's own state."""

    threads: int
    epochs: list[dict[str, float]] = field(default_factory=list)
    best_epoch: int | None = None
    best: bytes = b""
    seconds: float = 0.0
    stopped_early: bool = False

    def add(self, metrics: Metrics, weights: bytes) -> None:
        """Add an epoch; of equal ones the earlier is the best."""
        self.epochs.append(finite(metrics))
        loss = metrics["val_loss"]
        if not math.isfinite(loss):
            return
        if self.best_epoch is None or loss < self.epochs[self.best_epoch - 1]["val_loss"]:
            self.best_epoch, self.best = len(self.epochs), weights

    def files(self) -> dict[str, bytes]:
        """Return the state as files; what is not finite is left out."""
        values = {
            "threads": self.threads,
            "epochs": self.epochs,
            "best_epoch": self.best_epoch,
            "seconds": self.seconds,
            "stopped_early": self.stopped_early,
        }
        return {STATE: as_json(values), BEST: self.best}

    @classmethod
    def restored(cls, files: Mapping[str, bytes]) -> "FitState":
        """Return the state of a checkpoint."""
        values = json.loads(files[STATE])
        return cls(**values, best=files[BEST])


class EpochReport(LightningCheckpoint):
    """Keeps the state of every epoch. A ``Checkpoint`` for Lightning, so that it runs last."""

    def __init__(
        self, context: FitContext, state: FitState, checkpoints: MemoryCheckpointIO, total: int
    ) -> None:
        self.state = state
        self._context, self._checkpoints, self._total = context, checkpoints, total
        self._clock = time.monotonic()

    def on_train_epoch_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Begin to measure the time."""
        self._clock = time.monotonic()

    def on_train_epoch_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Rank, checkpoint and report the epoch that has just ended."""
        if not isinstance(pl_module, ForecastModule):
            raise TypeError("The report follows a ForecastModule only.")
        seconds = time.monotonic() - self._clock
        state, metrics = self.state, pl_module.metrics
        state.add(metrics, to_bytes(pl_module.network.state_dict()))
        state.seconds += seconds
        state.stopped_early = bool(trainer.should_stop)
        if state.best_epoch is None:
            raise TrainingFailedError(
                "The loss left the finite numbers in the first epoch; a smaller learning_rate or "
                "another activation (ACTF) helps."
            )
        store = self._context.checkpoints
        if store is not None:
            trainer.save_checkpoint("epoch")
            store.save(len(state.epochs), {**self._checkpoints.files, **state.files()})
        self._context.on_epoch(len(state.epochs), self._total, finite(metrics), seconds)


def fit_network(
    settings: NetworkSettings,
    data: TrainingBlocks,
    context: FitContext,
    start_from: Fitted | None = None,
) -> NetworkModel:
    """Train to the last epoch, until it gets no better, or to a stop; the best epoch is kept."""
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    require_samples(data.train, "training")
    require_samples(data.validation, "validation")
    require_parameters_fit(settings, data.shape)
    files = None if context.checkpoints is None else context.checkpoints.load()
    state = FitState(threads=threads_for(None)) if files is None else FitState.restored(files)
    compute_with(state.threads)
    module = _module(settings, data, context, start_from)
    checkpoints = MemoryCheckpointIO(files)
    report = EpochReport(context, state, checkpoints, settings.epochs)
    done = state.stopped_early or len(state.epochs) >= settings.epochs
    finished = done or _train(module, data, settings, report, checkpoints, resume=files is not None)
    return _best(module, settings, data, state, finished=finished)


def _module(
    settings: NetworkSettings, data: TrainingBlocks, context: FitContext, start_from: Fitted | None
) -> ForecastModule:
    seed = context.seed if settings.seed is None else settings.seed
    seed_torch(derived_seed(seed, "weights"))
    network = network_for(settings, data.shape)
    if start_from is not None:
        require_same(settings, data.shape, start_from.settings, start_from.shape)
        if isinstance(start_from, NetworkModel):
            network.load_state_dict(start_from.network.state_dict())
    return ForecastModule(network, settings, seed, context)


def _train(
    module: ForecastModule,
    data: TrainingBlocks,
    settings: NetworkSettings,
    report: EpochReport,
    checkpoints: MemoryCheckpointIO,
    *,
    resume: bool,
) -> bool:
    """Train; return False if a person requested a stop."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="lightning")
        trainer = _trainer(settings, report, checkpoints, folder)
        try:
            trainer.fit(
                module,
                train_dataloaders=TrainingBatches(module, data, settings.batch_size),
                val_dataloaders=ValidationBatches(data, settings.batch_size),
                ckpt_path="checkpoint" if resume else None,
            )
        except StopTraining:
            return False
    return True


def _trainer(
    settings: NetworkSettings, report: EpochReport, checkpoints: MemoryCheckpointIO, folder: str
) -> Trainer:
    stopping = EarlyStopping(monitor="val_loss", patience=settings.patience, min_delta=0.0)
    recurrent = isinstance(settings, LstmSettings | ArLstmSettings)
    return Trainer(
        accelerator="gpu" if torch.cuda.is_available() else "cpu",
        devices=1,
        max_epochs=settings.epochs,
        gradient_clip_val=MAX_GRADIENT_NORM if recurrent else None,
        deterministic=True,
        plugins=[checkpoints],
        callbacks=[KeepSignals(), *([stopping] if settings.patience else []), report],
        default_root_dir=folder,
        num_sanity_val_steps=0,
        logger=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )


def _best(
    module: ForecastModule,
    settings: NetworkSettings,
    data: TrainingBlocks,
    state: FitState,
    *,
    finished: bool,
) -> NetworkModel:
    if state.best_epoch is None:
        raise StopTraining
    module.network.load_state_dict(from_bytes(state.best))
    history = FitHistory(
        epochs=state.epochs,
        best_epoch=state.best_epoch,
        reason=_reason(state, settings, finished=finished),
        seconds=state.seconds,
    )
    return NetworkModel(module.network.cpu().eval(), settings, data.shape, history)


def _reason(state: FitState, settings: NetworkSettings, *, finished: bool) -> str:
    if not finished:
        return "stopped"
    return "early_stopping" if len(state.epochs) < settings.epochs else "completed"
