"""The learner as Lightning sees it: steps, measurements and the learning rate's schedule."""

from collections.abc import Iterator
from typing import Any

import torch
from lightning.pytorch import LightningModule
from torch import Tensor
from torch.optim.lr_scheduler import LRScheduler, ReduceLROnPlateau

from services.engine_kit.environment import seed_torch
from services.runs.training.engine.batches import in_order
from services.runs.training.engine.centralized.reporting import EpochReporter
from services.runs.training.engine.learning import EVALUATION_ROWS, Check, Gathered, Learner
from services.runs.training.engine.metrics import Metrics, confusion_points, named
from services.runs.training.engine.networks import train_mode
from services.runs.training.engine.schedule import schedule
from services.seeding import derived_seed


class Trainee(LightningModule):
    """A network in training. ``finished`` counts the epochs that are behind it."""

    def __init__(self, learner: Learner, reporter: EpochReporter, check: Check) -> None:
        super().__init__()
        self.network = learner.network
        self.learner = learner
        self.finished = 0
        self.metrics: Metrics = {}
        self._reporter = reporter
        self._check = check
        self._gathered = Gathered(self.learner.loss)
        self._scheduler: LRScheduler | None = None
        self._draw = torch.Generator()
        self._rate = learner.config.learning_rate

    def configure_optimizers(self) -> torch.optim.Optimizer:
        """Return the optimiser; its schedule is ours, so that a checkpoint holds its last step."""
        optimizer = self.learner.optimizer()
        config = self.learner.config
        self._scheduler = schedule(config, optimizer, config.epochs)
        return optimizer

    def train_batches(self, rows: Tensor) -> "EpochBatches":
        """Return what draws the batches of whichever epoch comes next."""
        return EpochBatches(self, rows)

    def on_train_epoch_start(self) -> None:
        """Begin an epoch with the random numbers that belong to it."""
        config, epoch = self.learner.config, self.finished
        seed_torch(derived_seed(config.seed, "dropout", epoch))
        self._draw = self.learner.augmenter(epoch)
        self._gathered = Gathered(self.learner.loss)
        self._rate = self._optimizer().param_groups[0]["lr"]
        train_mode(self.network)
        self._reporter.epoch_starts(epoch)

    def training_step(self, rows: Tensor, index: int) -> Tensor:
        """Return the loss of one batch of row numbers."""
        self._check()
        prepared = self.learner.prepared
        targets = prepared.y[rows]
        logits = self.network(prepared.inputs(rows, self._draw))
        loss = self.learner.loss(logits, targets)
        self._gathered.add(logits, targets)
        self._reporter.batch(self.finished, index, loss)
        return loss

    def on_before_optimizer_step(self, optimizer: torch.optim.Optimizer) -> None:
        """Report the gradients before they are clipped."""
        self._reporter.step(self.learner, self.finished, optimizer.param_groups[0]["lr"])

    def on_validation_epoch_start(self) -> None:
        """Close the training half of the epoch and begin to measure."""
        self.metrics = named("train", self._gathered.trained())
        self._gathered = Gathered(self.learner.loss)

    def validation_step(self, rows: Tensor, index: int) -> None:
        """Collect the predictions of one batch."""
        self._check()
        targets = self.learner.prepared.y[rows]
        logits = self.network(self.learner.prepared.inputs(rows))
        self._gathered.add(logits, targets)

    def on_validation_epoch_end(self) -> None:
        """Measure the epoch, and log what can be monitored."""
        measured = self._gathered.measured()
        validation = named("val", measured.metrics)
        self.log_dict({name: one for name, one in validation.items() if one is not None})
        self.metrics |= {
            **validation,
            **confusion_points("val", measured.confusion),
            "learning_rate": float(self._rate),
        }

    def on_train_epoch_end(self) -> None:
        """Move the schedule on: the epoch is over before it is recorded."""
        self.finished += 1
        if isinstance(self._scheduler, ReduceLROnPlateau):
            value = self.metrics.get(self.learner.config.monitor_metric)
            if value is not None:
                self._scheduler.step(value)
        elif self._scheduler is not None:
            self._scheduler.step()

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Add the schedule and the number of epochs to the checkpoint."""
        state = None if self._scheduler is None else self._scheduler.state_dict()
        checkpoint["roundhouse"] = {"finished": self.finished, "scheduler": state}

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Take over the number of epochs; the schedule follows once the optimiser is there."""
        self._loaded = checkpoint["roundhouse"]
        self.finished = self._loaded["finished"]

    def on_fit_start(self) -> None:
        """Take over the schedule of a checkpoint."""
        loaded = getattr(self, "_loaded", None)
        if loaded and loaded["scheduler"] is not None and self._scheduler is not None:
            self._scheduler.load_state_dict(loaded["scheduler"])

    def _optimizer(self) -> torch.optim.Optimizer:
        optimizer = self.optimizers(use_pl_optimizer=False)
        return optimizer[0] if isinstance(optimizer, list) else optimizer


class EpochBatches:
    """The batches of the epoch that comes next, drawn when they are requested."""

    def __init__(self, trainee: Trainee, rows: Tensor) -> None:
        self._trainee = trainee
        self._rows = rows

    def __len__(self) -> int:
        return len(in_order(self._rows, self._trainee.learner.config.batch_size))

    def __iter__(self) -> Iterator[Tensor]:
        yield from self._trainee.learner.batches(self._rows, self._trainee.finished)


class OrderedBatches:
    """The same batches in the same order every time (to Lightning a list is several loaders)."""

    def __init__(self, learner: Learner, rows: Tensor) -> None:
        self._batches = in_order(rows, max(learner.config.batch_size, EVALUATION_ROWS))

    def __len__(self) -> int:
        return len(self._batches)

    def __iter__(self) -> Iterator[Tensor]:
        return iter(self._batches)
