"""Saying how far a training is: on its job, as an event of its run, and in its log."""

import time
from collections.abc import Callable, Sequence

from app.events import Event
from services.forecasting.domain import progress as scale
from services.forecasting.domain.progress import Stage
from services.forecasting.events import ForecastProgress
from services.runs.training.ports import Checkpoint, Point, StepOutcome, TrainingRecorder

BEGINNINGS = (scale.PREPARE, scale.EPOCHS, scale.FIT)  # they have no pace yet to judge by


class ProgressReport:
    """Reports the stages of one attempt; what was reported before is the least it says."""

    def __init__(
        self,
        recorder: TrainingRecorder,
        run_id: int,
        model_name: str,
        *,
        has_epochs: bool,
        reached: float = 0.0,
        total_epochs: int | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Go on from ``reached`` percent, where an earlier attempt came to.

        ``total_epochs`` is how many there will be at most, None without epochs.
        """
        self._recorder = recorder
        self._run_id = run_id
        self._model_name = model_name
        self.has_epochs = has_epochs
        self._began_at = self._percent = reached
        self._clock = clock
        self._began = clock()
        self._seconds: list[float] = []
        self._epoch: int | None = None
        self._total = total_epochs

    def enter(self, stage: Stage, message: str) -> None:
        """Say that a stage begins."""
        event = self._event(stage, message)
        done = event.percent
        step = 0 if self._epoch is None else self._epoch
        self._recorder.finish_step(
            StepOutcome(step=step, completed=done, total=100, message=message, events=[event])
        )

    def begin_fit(self) -> None:
        """Say that the model is being fitted."""
        self.enter(scale.EPOCHS if self.has_epochs else scale.FIT, f"Fitting {self._model_name}.")

    def end_fit(self, epochs: int) -> None:
        """Say that the model is fitted, after ``epochs``: all that there will be."""
        if self.has_epochs:
            self._epoch = self._total = epochs
        else:
            self.enter(scale.FITTED, f"{self._model_name} is fitted.")
        self.enter(scale.TRAINED, f"{self._model_name} is trained.")

    def finish_epoch(
        self,
        epoch: int,
        total: int,
        seconds: float,
        message: str,
        *,
        points: Sequence[Point],
        event: Event,
        checkpoint: Checkpoint | None,
        is_best: bool,
    ) -> None:
        """Store an epoch (from 1), or a part of a fit without epochs, and how far that is."""
        self._seconds.append(seconds)
        if self.has_epochs:
            self._epoch, self._total = epoch, total
        stage = scale.at_epoch(epoch, total) if self.has_epochs else scale.at_part(epoch, total)
        said = self._event(stage, message, seconds)
        self._recorder.finish_step(
            StepOutcome(
                step=epoch - 1,  # the steps of curves count from 0
                completed=said.percent,
                total=100,
                message=message,
                points=points,
                events=[event, said],  # who hears the progress has heard the metrics
                checkpoint=checkpoint,
                is_best=is_best,
            )
        )

    def keep_part(self, part: int, total: int, checkpoint: Checkpoint) -> None:
        """Store that ``part`` of ``total`` of a fit without epochs is done, to go on from it."""
        stage = scale.at_part(part, total)
        said = self._event(stage, f"{part} of {total} parts are fitted.")
        self._recorder.finish_step(
            StepOutcome(
                step=checkpoint.step,
                completed=said.percent,
                total=100,
                message=said.message,
                events=[said],
                checkpoint=checkpoint,
            )
        )

    def _event(self, stage: Stage, message: str, seconds: float | None = None) -> ForecastProgress:
        self._percent = max(self._percent, stage.percent)
        eta = None if stage in BEGINNINGS else self._eta()
        return ForecastProgress(
            run_id=self._run_id,
            model_name=self._model_name,
            step=stage.name,
            phase=stage.phase,
            status=stage.status,
            percent=round(self._percent, 2),
            message=message,
            epoch=self._epoch,
            total_epochs=self._total,
            epoch_seconds=None if seconds is None else round(seconds, 3),
            eta_seconds=None if eta is None else round(eta, 1),
        )

    def _eta(self) -> float | None:
        """Return the time of the epochs left while there are some, else that of the rest."""
        if self._epoch is not None and self._total is not None and self._epoch < self._total:
            return scale.epochs_left_seconds(self._seconds, self._total - self._epoch)
        elapsed = self._clock() - self._began
        return scale.remaining_seconds(elapsed, self._began_at, self._percent)
