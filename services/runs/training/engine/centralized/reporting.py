"""What a centralised run reports between the ends of its epochs."""

from torch import Tensor

from services.runs.events import BatchMetrics, EpochStart
from services.runs.training.engine.learning import Learner
from services.runs.training.engine.reporting import ProgressReporter
from services.runs.training.ports import TrainingRecorder, TrainingTask


class EpochReporter:
    """Publishes batches and gradients at the intervals that the settings ask for."""

    def __init__(self, task: TrainingTask, recorder: TrainingRecorder) -> None:
        self._config = task.config
        self._recorder = recorder
        self._reporter = ProgressReporter(task, recorder)
        self.batches = 0
        self.steps = 0

    def epoch_starts(self, epoch: int) -> None:
        """Report that an epoch begins."""
        self._recorder.publish(EpochStart(epoch=epoch, total_epochs=self._config.epochs))

    def batch(self, epoch: int, index: int, loss: Tensor) -> None:
        """Report the loss of every so many batches."""
        self.batches += 1
        if self.batches % self._config.batch_sample_interval == 0:
            self._recorder.publish(
                BatchMetrics(
                    step=self.batches, batch_idx=index, loss=float(loss.detach()), epoch=epoch
                )
            )

    def step(self, learner: Learner, epoch: int, rate: float) -> None:
        """Report gradients and learning rate every so many steps."""
        self.steps += 1
        if self.steps % self._config.gradient_sample_interval == 0:
            self._reporter.gradients(learner, self.steps, None)
            self._reporter.learning_rate(rate, self.steps, epoch, self._config.lr_scheduler)
