"""What a fitting model reports to: epochs become steps of its run, checkpoints go with them."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.forecasting.training.progress import ProgressReport
from services.runs.events import BatchMetrics, EpochEnd
from services.runs.training.ports import Checkpoint, Point, TrainingRecorder


@dataclass
class RunCheckpoints:
    """The checkpoint that goes into the commit of the epoch that is about to be reported."""

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
    ) -> None:
        self._recorder = recorder
        self._progress = progress
        self._seed = seed
        self._checkpoints = checkpoints
        self._metric = metric
        self._best: float | None = None

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
        files, self._checkpoints.waiting = self._checkpoints.waiting, None
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
            checkpoint=None if files is None else Checkpoint(step=step, files=files),
            is_best=best,
        )

    def on_batch(self, batch: int, total: int, metrics: Mapping[str, float], epoch: int) -> None:
        """Say how far an epoch is."""
        event = BatchMetrics(
            step=(epoch - 1) * total + batch - 1,
            batch_idx=batch - 1,
            loss=metrics.get("train_loss", metrics.get("loss")),
            epoch=epoch - 1,
            total_batches=total,
        )
        self._recorder.publish(event)

    def stop_requested(self) -> bool:
        """Return whether a person has requested the end."""
        return self._recorder.stop_requested()
