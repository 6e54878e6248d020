"""A network as Lightning sees it, and its batches, cut from the series when they are needed."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from lightning.pytorch import LightningModule
from torch import Tensor, nn
from torch.nn import functional

from services.engine_kit.environment import seed_torch
from services.engine_kit.errors import StopTraining
from services.forecasting.models.families import NetworkSettings
from services.forecasting.models.ports import Block, FitContext, Floats, Rows, TrainingBlocks
from services.seeding import derived_seed, generator

BATCH_REPORT_INTERVAL = 10
VALIDATION_ROWS = 512

Batch = tuple[Tensor, Tensor]


class ForecastModule(LightningModule):
    """A network in training; ``finished`` counts the epochs that are behind it."""

    def __init__(
        self, network: nn.Module, settings: NetworkSettings, seed: int, context: FitContext
    ) -> None:
        super().__init__()
        self.network = network
        self.finished = 0
        self.metrics: dict[str, float] = {}
        self.seed = seed
        self._settings = settings
        self._context = context
        self._train, self._validation = SquaredErrors(), SquaredErrors()
        self._batches = 0

    def configure_optimizers(self) -> torch.optim.Optimizer:
        """Return Adam (Kingma and Ba, 2015)."""
        return torch.optim.Adam(self.network.parameters(), lr=self._settings.learning_rate)

    def on_train_epoch_start(self) -> None:
        """Begin an epoch with the random numbers that belong to it."""
        seed_torch(derived_seed(self.seed, "network", self.finished))
        self._train, self._validation = SquaredErrors(), SquaredErrors()
        self._batches = int(self.trainer.num_training_batches)

    def training_step(self, batch: Batch, index: int) -> Tensor:
        """Return the mean squared error of one batch."""
        if self._context.stop_requested():
            raise StopTraining
        loss = functional.mse_loss(self.network(batch[0]), batch[1])
        self._train.add(loss.detach(), batch[1].numel())
        if (index + 1) % BATCH_REPORT_INTERVAL == 0:
            value = float(loss.detach())
            metrics = {"train_loss": value, "train_rmse": math.sqrt(value)}
            self._context.on_batch(index + 1, self._batches, metrics, self.finished + 1)
        return loss

    def validation_step(self, batch: Batch, index: int) -> None:
        """Add up the errors of one batch."""
        self._validation.add(
            functional.mse_loss(self.network(batch[0]), batch[1]), batch[1].numel()
        )

    def on_validation_epoch_end(self) -> None:
        """Measure the epoch, and log what early stopping looks at."""
        train, validation = self._train.mean, self._validation.mean
        self.metrics = {
            "train_loss": train,
            "val_loss": validation,
            "train_rmse": math.sqrt(train),
            "val_rmse": math.sqrt(validation),
        }
        self.log("val_loss", torch.tensor(validation, dtype=torch.float64))

    def on_train_epoch_end(self) -> None:
        """Count the epoch, before it is recorded."""
        self.finished += 1

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Add the number of epochs."""
        checkpoint["roundhouse"] = {"finished": self.finished}

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Take over the number of epochs."""
        self.finished = checkpoint["roundhouse"]["finished"]


class SquaredErrors:
    """The mean of squared errors over batches of different sizes, in double precision."""

    def __init__(self) -> None:
        self._sum: Tensor | float = 0.0
        self._count = 0

    def add(self, mean: Tensor, count: int) -> None:
        """Add a batch; nothing waits for the device."""
        self._sum = self._sum + mean.double() * count
        self._count += count

    @property
    def mean(self) -> float:
        """Return the mean so far, NaN without a batch."""
        return float(self._sum) / self._count if self._count else math.nan


class TrainingBatches:
    """The training samples in a new seeded order for the epoch that comes next."""

    def __init__(self, module: ForecastModule, data: TrainingBlocks, batch_size: int) -> None:
        self._module, self._block, self._size = module, data.train, batch_size

    def __len__(self) -> int:
        return batch_count(len(self._block), self._size)

    def __iter__(self) -> Iterator[Batch]:
        draw = generator(self._module.seed, "order", self._module.finished)
        yield from batches(self._block, draw.permutation(len(self._block)), self._size)


class ValidationBatches:
    """The validation samples in their own order."""

    def __init__(self, data: TrainingBlocks, batch_size: int) -> None:
        self._block, self._size = data.validation, max(batch_size, VALIDATION_ROWS)

    def __len__(self) -> int:
        return batch_count(len(self._block), self._size)

    def __iter__(self) -> Iterator[Batch]:
        yield from batches(self._block, np.arange(len(self._block), dtype=np.int64), self._size)


def batch_count(samples: int, size: int) -> int:
    """Return how many batches there are, the last of which may be smaller."""
    return (samples + size - 1) // size


def batches(block: Block, order: Rows, size: int) -> Iterator[Batch]:
    """Yield inputs and outputs of the rows in ``order``, ``size`` at a time."""
    for start in range(0, len(order), size):
        rows = order[start : start + size]
        yield _tensor(block.inputs(rows)), _tensor(block.outputs(rows))


def _tensor(windows: Floats) -> Tensor:
    # a view into a series may be read only or strided, which torch does not take
    return torch.from_numpy(np.require(windows, np.float32, ["C", "W"]))
