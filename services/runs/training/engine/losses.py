"""The losses: cross-entropy with class weights, and focal loss with label smoothing."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

from services.runs.training.config.config import TrainingConfig

Loss = Callable[[Tensor, Tensor], Tensor]


def class_weights(config: TrainingConfig, counts: Tensor) -> Tensor | None:
    """Return n / (classes · count) of each class, None if classes are not weighted.

    ``counts`` are the training rows of each class; in a federation the sums over the sites.
    """
    if config.class_weights == "none":
        return None
    return counts.sum() / (len(counts) * counts.clamp(min=1).float())


def loss_divisors(config: TrainingConfig, counts: Tensor) -> list[float] | None:
    """Return the weight of each class's rows in what a mean loss divides by; None: each counts 1.

    Only torch's cross-entropy of more than two classes divides by weights; the losses of two
    classes and the focal one divide by rows.
    """
    weights = class_weights(config, counts)
    if weights is None or len(counts) == 2 or config.loss == "focal":
        return None
    return [float(weight) for weight in weights]


def loss_function(config: TrainingConfig, weights: Tensor | None, num_classes: int) -> Loss:
    """Return the mean loss of (logits, targets) that the settings ask for."""
    if num_classes == 2:
        return _binary(config, weights)
    return _multiclass(config, weights)


def _binary(config: TrainingConfig, weights: Tensor | None) -> Loss:
    smoothing, gamma, alpha = config.label_smoothing, config.focal_gamma, config.focal_alpha
    positive = None if weights is None else weights[1] / weights[0]

    def cross_entropy(logits: Tensor, targets: Tensor) -> Tensor:
        soft = targets.to(logits.dtype) * (1 - smoothing) + smoothing / 2
        return functional.binary_cross_entropy_with_logits(
            logits.squeeze(1), soft, pos_weight=_beside(positive, logits)
        )

    def focal(logits: Tensor, targets: Tensor) -> Tensor:
        """Return alpha·(1 - p)^gamma·CE (Lin et al., 2017) with smoothed labels."""
        hard = targets.to(logits.dtype)
        flat = logits.squeeze(1)
        each = functional.binary_cross_entropy_with_logits(
            flat,
            hard * (1 - smoothing) + smoothing / 2,
            reduction="none",
            pos_weight=_beside(positive, logits),
        )
        right = torch.where(targets == 1, flat, -flat).sigmoid()
        share = torch.where(targets == 1, alpha, 1 - alpha)
        return (share * (1 - right) ** gamma * each).mean()

    return focal if config.loss == "focal" else cross_entropy


def _multiclass(config: TrainingConfig, weights: Tensor | None) -> Loss:
    smoothing, gamma = config.label_smoothing, config.focal_gamma

    def cross_entropy(logits: Tensor, targets: Tensor) -> Tensor:
        return functional.cross_entropy(
            logits, targets, weight=_beside(weights, logits), label_smoothing=smoothing
        )

    def focal(logits: Tensor, targets: Tensor) -> Tensor:
        each = functional.cross_entropy(
            logits,
            targets,
            weight=_beside(weights, logits),
            label_smoothing=smoothing,
            reduction="none",
        )
        right = logits.softmax(dim=1).gather(1, targets[:, None]).squeeze(1)
        return ((1 - right) ** gamma * each).mean()

    return focal if config.loss == "focal" else cross_entropy


def _beside(weights: Tensor | None, logits: Tensor) -> Tensor | None:
    return None if weights is None else weights.to(logits)
