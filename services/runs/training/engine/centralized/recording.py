"""The end of each epoch: measured, ranked among the best, recorded with its checkpoint."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lightning.pytorch import LightningModule, Trainer
from lightning.pytorch.callbacks import Checkpoint as LightningCheckpoint
from lightning.pytorch.callbacks import EarlyStopping

from app.events import Event
from services.engine_kit.checkpoint_io import MemoryCheckpointIO
from services.engine_kit.errors import TrainingFailedError
from services.engine_kit.serialization import as_json, to_bytes
from services.runs.events import EarlyStopping as EarlyStoppingEvent
from services.runs.events import EpochEnd
from services.runs.training.config.monitor import rank
from services.runs.training.engine.centralized.module import Trainee
from services.runs.training.engine.metrics import Metrics
from services.runs.training.engine.points import points
from services.runs.training.ports import Checkpoint, StepOutcome, TrainingRecorder, TrainingTask

STATE = "state.json"


@dataclass(frozen=True, kw_only=True)
class RankedCheckpoint:
    """One of the best epochs; ``value`` is None where the metric did not exist."""

    epoch: int
    value: float | None
    weights: bytes


@dataclass
class CheckpointRanking:
    """The best epochs so far, best first; of equal ones the earlier one."""

    monitor: str
    limit: int
    kept: list[RankedCheckpoint] = field(default_factory=list)

    def offer(self, epoch: int, metrics: Metrics, weights: bytes) -> bool:
        """Rank an epoch; return whether it is the best of all."""
        self.kept.append(
            RankedCheckpoint(epoch=epoch, value=metrics.get(self.monitor), weights=weights)
        )
        self.kept.sort(key=self._key)
        del self.kept[self.limit :]
        return self.kept[0].epoch == epoch

    @property
    def best(self) -> RankedCheckpoint | None:
        """Return the best epoch, None before the first one."""
        return self.kept[0] if self.kept else None

    def files(self) -> dict[str, bytes]:
        """Return the weights of the kept epochs by file name."""
        return {f"top-{one.epoch}.safetensors": one.weights for one in self.kept}

    def summary(self) -> list[dict[str, Any]]:
        """Return the ranking without its weights."""
        return [{"epoch": one.epoch, "value": one.value} for one in self.kept]

    def restore(self, summary: list[dict[str, Any]], files: Mapping[str, bytes]) -> None:
        """Take over the ranking of a checkpoint."""
        self.kept = [
            RankedCheckpoint(**one, weights=files[f"top-{one['epoch']}.safetensors"])
            for one in summary
        ]

    def _key(self, one: RankedCheckpoint) -> tuple[float, int]:
        if one.value is None:
            return math.inf, one.epoch
        return rank(self.monitor, one.value), one.epoch


class EpochRecorder(LightningCheckpoint):
    """Records every epoch. A ``Checkpoint`` for Lightning, so that it runs after all others."""

    def __init__(
        self,
        task: TrainingTask,
        recorder: TrainingRecorder,
        checkpoints: MemoryCheckpointIO,
        stopping: EarlyStopping | None,
        threads: int,
    ) -> None:
        self.ranking = CheckpointRanking(task.config.monitor_metric, task.config.save_top_k)
        self.threads = threads
        self.finished = 0
        self.stopped_early = False
        self._task = task
        self._recorder = recorder
        self._checkpoints = checkpoints
        self._stopping = stopping

    @property
    def is_done(self) -> bool:
        """Return whether there is no epoch left to train."""
        return self.stopped_early or self.finished >= self._task.config.epochs

    def restore(self, checkpoint: Checkpoint) -> None:
        """Take over what the checkpoint says."""
        state = json.loads(checkpoint.files[STATE])
        self.finished, self.stopped_early = state["finished"], state["stopped_early"]
        self.ranking.restore(state["ranking"], checkpoint.files)

    def on_train_epoch_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Store the epoch that has just ended."""
        if not isinstance(pl_module, Trainee):
            raise TypeError("The recorder follows a Trainee only.")
        epoch, metrics = pl_module.finished - 1, pl_module.metrics
        _check_finite(epoch, metrics)
        weights = to_bytes(pl_module.network.state_dict())
        is_best = self.ranking.offer(epoch, metrics, weights)
        self.finished, self.stopped_early = epoch + 1, trainer.should_stop
        trainer.save_checkpoint("epoch")
        self._recorder.finish_step(self._outcome(epoch, metrics, is_best=is_best))

    def _outcome(self, epoch: int, metrics: Metrics, *, is_best: bool) -> StepOutcome:
        total = self._task.config.epochs
        events: list[Event] = [EpochEnd(epoch=epoch, phase="val", metrics=metrics)]
        if self.stopped_early:
            events.append(self._early_stopping(epoch))
        return StepOutcome(
            step=epoch,
            completed=epoch + 1,
            total=total,
            message=f"Epoch {epoch + 1} of {total}{_summary(metrics)}",
            points=points(metrics, epoch),
            events=events,
            checkpoint=self._checkpoint(epoch),
            is_best=is_best,
        )

    def _early_stopping(self, epoch: int) -> EarlyStoppingEvent:
        config, best = self._task.config, self.ranking.best
        return EarlyStoppingEvent(
            epoch=epoch,
            best_metric_value=None if best is None else best.value,
            metric_name=config.monitor_metric,
            patience=config.early_stopping_patience,
        )

    def _checkpoint(self, epoch: int) -> Checkpoint:
        state = {
            "threads": self.threads,
            "finished": self.finished,
            "stopped_early": self.stopped_early,
            "ranking": self.ranking.summary(),
        }
        files = {**self._checkpoints.files, **self.ranking.files(), STATE: as_json(state)}
        return Checkpoint(step=epoch, files=files)


def _check_finite(epoch: int, metrics: Metrics) -> None:
    if metrics.get("train_loss") is None:
        raise TrainingFailedError(
            f"In epoch {epoch + 1} the loss left the finite numbers; a smaller learning_rate helps."
        )


def _summary(metrics: Metrics) -> str:
    accuracy = metrics.get("val_acc")
    return "" if accuracy is None else f": validation accuracy {accuracy:.3f}"
