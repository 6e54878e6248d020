"""One network with its loss and its rows: the parts of learning that both modes share."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.optim import AdamW

from services.engine_kit.errors import TrainingFailedError
from services.engine_kit.serialization import load_pretrained
from services.runs.training.config.config import TrainingConfig
from services.runs.training.engine import networks
from services.runs.training.engine.batches import in_order, shuffled
from services.runs.training.engine.losses import Loss, class_weights, loss_function
from services.runs.training.engine.metrics import Measured, Metrics, measure, measure_training
from services.runs.training.engine.preparation import Prepared
from services.seeding import derived_seed

Check = Callable[[], None]
EVALUATION_ROWS = 512


@dataclass(frozen=True, kw_only=True)
class Learner:
    """A network that learns from prepared rows; ``missing`` are weights no file gave."""

    config: TrainingConfig
    prepared: Prepared
    network: nn.Module
    loss: Loss
    missing: tuple[str, ...] = ()

    def optimizer(self) -> AdamW:
        """Return a fresh optimiser of what is trained."""
        trained = [one for one in self.network.parameters() if one.requires_grad]
        return AdamW(trained, lr=self.config.learning_rate, weight_decay=self.config.weight_decay)

    def batches(self, rows: Tensor, *where: int | str) -> list[Tensor]:
        """Return the rows in batches of the order that belongs to ``where`` (epoch, client)."""
        return shuffled(
            rows, self.config.batch_size, derived_seed(self.config.seed, "order", *where)
        )

    def augmenter(self, *where: int | str) -> torch.Generator:
        """Return the generator that draws the augmentation of ``where``."""
        return torch.Generator().manual_seed(derived_seed(self.config.seed, "augment", *where))

    def evaluate(self, rows: Tensor, check: Check) -> Measured:
        """Measure the network on ``rows``; ``check`` may raise between batches."""
        self.network.eval()
        gathered = Gathered(self.loss)
        with torch.inference_mode():
            for batch in in_order(rows, max(self.config.batch_size, EVALUATION_ROWS)):
                check()
                logits, targets = self.network(self.prepared.inputs(batch)), self.prepared.y[batch]
                gathered.add(logits, targets)
        return gathered.measured()


class Gathered:
    """The predictions of one pass over some rows, measured together at its end."""

    def __init__(self, loss: Loss) -> None:
        self._loss = loss
        self._logits: list[Tensor] = []
        self._targets: list[Tensor] = []

    def add(self, logits: Tensor, targets: Tensor) -> None:
        """Add the predictions of one batch: logits (n, 1 or classes), targets (n,)."""
        self._logits.append(logits.detach())
        self._targets.append(targets)

    def loss(self) -> float:
        """Return the loss of all rows at once, in double precision.

        It is no mean over batches: a cross-entropy with class weights divides by the weights of
        the rows that it sees, so that its mean over batches would depend on how rows are batched.
        """
        logits, targets = self._rows()
        return float(self._loss(logits.double(), targets))

    def trained(self) -> Metrics:
        """Return what is reported of training rows."""
        return measure_training(*self._rows(), self.loss())

    def measured(self) -> Measured:
        """Return the metrics over all batches."""
        return measure(*self._rows(), self.loss())

    def _rows(self) -> tuple[Tensor, Tensor]:
        return torch.cat(self._logits).cpu(), torch.cat(self._targets).cpu()


def learner_for(config: TrainingConfig, prepared: Prepared, pretrained: bytes | None) -> Learner:
    """Return the network that the run starts from; raises ``TrainingFailedError``."""
    count = len(prepared.classes)
    network = networks.build(config, prepared.shape, count, derived_seed(config.seed, "weights"))
    missing: list[str] = []
    if pretrained is not None:
        missing = load_pretrained(network, pretrained)
    if config.freeze_backbone:
        if pretrained is None:
            raise TrainingFailedError(
                "freeze_backbone needs a safetensors file of trained weights; none was given."
            )
        networks.freeze_backbone(network, config.fine_tune_layers_count)
    weights = class_weights(config, prepared.class_counts)
    return Learner(
        config=config,
        prepared=prepared,
        network=network.to(prepared.device),
        loss=loss_function(config, weights, count),
        missing=tuple(missing),
    )


def device_for(config: TrainingConfig) -> torch.device:
    """Return the configured device; raises ``TrainingFailedError`` if it is not there."""
    available = torch.cuda.is_available()
    if config.device == "cuda" and not available:
        raise TrainingFailedError("device is cuda, but this worker has no GPU; take auto or cpu.")
    return torch.device("cuda" if available and config.device != "cpu" else "cpu")


def gradient_norms(network: nn.Module) -> Metrics:
    """Return the L2 norm of each parameter's gradient by its name."""
    return {
        name: float(parameter.grad.norm())
        for name, parameter in network.named_parameters()
        if parameter.grad is not None
    }
