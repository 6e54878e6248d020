"""Reporting progress while it happens: live events at the intervals that the settings ask for."""

from collections.abc import Callable, Sequence

from torch import Tensor

from services.runs.events import (
    BatchMetrics,
    ClientComplete,
    ClientProgress,
    ClientTrainingStart,
    GradientStats,
    LearningRateUpdate,
    TrainingError,
)
from services.runs.training.engine.learning import Learner, gradient_norms
from services.runs.training.engine.metrics import Metrics
from services.runs.training.ports import ClientRound, TrainingRecorder, TrainingTask

BatchCallback = Callable[[int, Tensor, Learner], None]


class ProgressReporter:
    """Publishes the progress of sites and batches of one run."""

    def __init__(self, task: TrainingTask, recorder: TrainingRecorder) -> None:
        self._run_id = task.run_id
        self._config = task.config
        self._recorder = recorder
        self._steps = 0
        self._incomplete: set[tuple[str, ...]] = set()

    def local_epoch(
        self, client: str, round_number: int, epoch: int, batches: int, rate: float
    ) -> BatchCallback:
        """Return what to call after each batch's gradients are there."""

        def on_batch(number: int, loss: Tensor, learner: Learner) -> None:
            self._steps += 1
            if number % self._config.batch_sample_interval == 0:
                self._batch(client, round_number, epoch, number, float(loss))
                metrics: Metrics = {"train_loss": float(loss), "learning_rate": rate}
                self._progress(client, round_number, epoch, number / batches, metrics)
            if self._steps % self._config.gradient_sample_interval == 0:
                self.gradients(learner, self._steps, client)
                scheduler = self._config.lr_scheduler
                self.learning_rate(rate, self._steps, epoch, scheduler, client)

        return on_batch

    def local_epoch_done(
        self, client: str, round_number: int, epoch: int, loss: float, rate: float
    ) -> None:
        """Report that a site has finished one of its epochs, at which learning rate."""
        metrics: Metrics = {"train_loss": loss, "learning_rate": rate}
        self._progress(client, round_number, epoch, 1.0, metrics)

    def client_started(self, part: ClientRound) -> None:
        """Report that a site begins its part of a round."""
        self._recorder.report_client(part)
        self._recorder.publish(
            ClientTrainingStart(
                run_id=self._run_id,
                client_id=part.client,
                round=part.round,
                status="started",
                local_epochs=self._config.local_epochs,
                num_samples=part.num_samples,
            )
        )

    def client_done(self, part: ClientRound) -> None:
        """Report that a site's part is over, and log why if its update was left out."""
        self._recorder.publish(
            ClientComplete.of(
                self._run_id,
                part,
                total_rounds=self._config.num_rounds,
                total_local_epochs=self._config.local_epochs,
            )
        )
        if part.reason is None:
            self._recorder.report_client(part)
            return
        sentence = f"Round {part.round}: the update of {part.client} was left out. {part.reason}"
        self._recorder.report_client(part, sentence)
        self._recorder.publish(
            TrainingError(
                error=sentence, error_type=part.status, client_id=part.client, round=part.round
            )
        )

    def not_measured(self, client: str, round_number: int, reason: str) -> None:
        """Log why what a site measured was left out."""
        sentence = f"Round {round_number}: the measurement of {client} was left out. {reason}"
        self._recorder.log("warning", sentence)

    def left_out_metrics(self, client: str, names: Sequence[str]) -> None:
        """Log once that a site does not send a metric which others send."""
        if not names or (client, *names) in self._incomplete:
            return
        self._incomplete.add((client, *names))
        self._recorder.log(
            "warning",
            f"{client} does not send {', '.join(names)}; the mean is over the clients that do.",
        )

    def undefined_metrics(self, client: str, names: Sequence[str]) -> None:
        """Log once per metric that a site's rows do not define it, such as recall without class 1.

        The mean over the sites leaves this site out for this metric, with its weight.
        """
        for name in names:
            if (client, name, "undefined") in self._incomplete:
                continue
            self._incomplete.add((client, name, "undefined"))
            self._recorder.log(
                "warning",
                f"{name} is not defined on the rows of {client}; the mean is over the clients "
                "that have it.",
            )

    def gradients(self, learner: Learner, step: int, client: str | None) -> None:
        """Publish the gradients' norms, before they are clipped."""
        norms = gradient_norms(learner.network)
        known = [norm for norm in norms.values() if norm is not None]
        if not known:
            return
        self._recorder.publish(
            GradientStats(
                step=step,
                total_norm=sum(norm * norm for norm in known) ** 0.5,
                layer_norms=norms,
                max_norm=max(known),
                min_norm=min(known),
                client_id=client,
            )
        )

    def learning_rate(
        self, rate: float, step: int, epoch: int, scheduler: str, client: str | None = None
    ) -> None:
        """Publish the learning rate in force."""
        self._recorder.publish(
            LearningRateUpdate(
                current_lr=rate,
                step=step,
                epoch=epoch,
                scheduler_type=scheduler,
                client_id=client,
            )
        )

    def _batch(self, client: str, round_number: int, epoch: int, number: int, loss: float) -> None:
        self._recorder.publish(
            BatchMetrics(
                step=self._steps,
                batch_idx=number - 1,
                loss=loss,
                epoch=epoch,
                client_id=client,
                round_number=round_number,
            )
        )

    def _progress(
        self, client: str, round_number: int, epoch: int, share: float, metrics: Metrics
    ) -> None:
        done = (epoch + share) / self._config.local_epochs
        self._recorder.publish(
            ClientProgress(
                run_id=self._run_id,
                client_id=client,
                round=round_number,
                local_epoch=epoch,
                metrics={
                    **metrics,
                    "epoch_progress": share,
                    "overall_progress_percent": 100.0 * done,
                },
            )
        )


def shown(size: int) -> str:
    """Return a number of bytes as people say it."""
    units = (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000))
    return next(
        (f"{size / unit:.1f} {name}" for name, unit in units if size >= unit), f"{size} bytes"
    )
