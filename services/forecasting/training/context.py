"""What a fitting model reports to: epochs become steps of its run, checkpoints go with them."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from services.forecasting.training.progress import ProgressReport
from services.runs.events import BatchMetrics, EpochEnd
from services.runs.training.ports import Checkpoint, Point, TrainingRecorder

KEEP_SECONDS = 20.0  # so much of a fit without epochs a kill may cost


@dataclass
class RunCheckpoints:
    """The checkpoint that waits for the next commit: an epoch's, or that of a part of a fit."""

    newest: Mapping[str, bytes] | None = None
    waiting: Mapping[str, bytes] | None = None

    def load(self) -> Mapping[str, bytes] | None:
        """Return the files of the newest checkpoint, None before the first one."""
        return self.newest

    def save(self, epoch: int, files: Mapping[str, bytes]) -> None:
        """Keep the files for the step of ``epoch``."""
        self.waiting = self.newest = files


class RunContext:
    """Reports one fit to the recorder of its run."""

    def __init__(
        self,
        recorder: TrainingRecorder,
        progress: ProgressReport,
        seed: int,
        checkpoints: RunCheckpoints,
        metric: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._recorder = recorder
        self._progress = progress
        self._seed = seed
        self._checkpoints = checkpoints
        self._metric = metric
        self._best: float | None = None
        self._clock = clock
        self._kept_at = clock()

    @property
    def seed(self) -> int:
        """Return the seed of the run."""
        return self._seed

    @property
    def checkpoints(self) -> RunCheckpoints:
        """Return where checkpoints are kept."""
        return self._checkpoints

    def on_epoch(
        self, epoch: int, total: int, metrics: Mapping[str, float], seconds: float
    ) -> None:
        """Store an epoch (from 1) with its curves and its checkpoint in one commit."""
        step = epoch - 1  # the steps of curves count from 0
        checkpoint = self._take_checkpoint(step)
        value = metrics.get(self._metric)
        best = value is not None and (self._best is None or value < self._best)
        self._best = value if best else self._best
        shown = ", ".join(f"{name} {number:.4g}" for name, number in metrics.items())
        word = "Epoch" if self._progress.has_epochs else "Part"
        self._progress.finish_epoch(
            epoch,
            total,
            seconds,
            f"{word} {epoch} of {total} in {seconds:.1f} s: {shown}",
            points=[Point(name=name, step=step, value=one) for name, one in metrics.items()],
            event=EpochEnd(epoch=step, phase="train", metrics=dict(metrics)),
            checkpoint=checkpoint,
            is_best=best,
        )

    def on_batch(self, batch: int, total: int, metrics: Mapping[str, float], epoch: int) -> None:
        """Say how far an epoch is; a checkpoint that has waited for long is kept."""
        event = BatchMetrics(
            step=(epoch - 1) * total + batch - 1,
            batch_idx=batch - 1,
            loss=metrics.get("train_loss", metrics.get("loss")),
            epoch=epoch - 1,
            total_batches=total,
        )
        self._recorder.publish(event)
        is_due = self._clock() - self._kept_at >= KEEP_SECONDS
        checkpoint = self._take_checkpoint(epoch - 1) if is_due else None
        if checkpoint is not None:
            self._progress.keep_part(batch, total, checkpoint)

    def stop_requested(self) -> bool:
        """Return whether a person has requested the end."""
        return self._recorder.stop_requested()

    def _take_checkpoint(self, step: int) -> Checkpoint | None:
        files, self._checkpoints.waiting = self._checkpoints.waiting, None
        if files is None:
            return None
        self._kept_at = self._clock()
        return Checkpoint(step=step, files=files)
