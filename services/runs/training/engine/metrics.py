"""Measuring predictions, one way for both modes and all sets of rows."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from services.runs.federated.domain.pooling import quality_of

Metrics = dict[str, float | None]
SHORT = {"accuracy": "acc"}  # the one name that series spell differently


@dataclass(frozen=True, kw_only=True)
class Measured:
    """The metrics of one set of rows; ``confusion`` has rows of true, columns of predicted.

    ``logits`` (n, 1) or (n, classes) are those of the rows in their order, None where somebody
    else measured them.
    """

    metrics: Metrics
    confusion: list[list[int]]
    num_samples: int
    logits: Tensor | None = None


def measure(logits: Tensor, targets: Tensor, loss: float) -> Measured:
    """Return the metrics of logits (n, 1) or (n, classes) against targets (n,).

    Precision, recall and F1 are those of class 1 of two, otherwise the mean over the classes.
    What the rows do not define is None: see ``quality_of``, and an AUROC of one class.
    """
    logits, targets = logits.detach().float().cpu(), targets.detach().cpu()
    confusion = _confusion(logits, targets)
    metrics: Metrics = {
        "loss": loss if math.isfinite(loss) else None,
        **quality_of(confusion.numpy()),
        "auroc": _auroc(logits, targets),
    }
    return Measured(
        metrics=metrics, confusion=confusion.tolist(), num_samples=len(targets), logits=logits
    )


def measure_training(logits: Tensor, targets: Tensor, loss: float) -> Metrics:
    """Return loss, accuracy and F1 of training rows, of predictions made with dropout."""
    quality = quality_of(_confusion(logits.detach().cpu(), targets.detach().cpu()).numpy())
    return {
        "loss": loss if math.isfinite(loss) else None,
        "accuracy": quality["accuracy"],
        "f1": quality["f1"],
    }


def predictions(logits: Tensor) -> Tensor:
    """Return the predicted class of each row: sigmoid above 0.5, or the largest logit."""
    if logits.shape[1] == 1:
        return (logits[:, 0] > 0).long()
    return logits.argmax(dim=1)


def named(phase: str, metrics: Mapping[str, float | None]) -> Metrics:
    """Return the metrics under the names of their series: ``val_acc``, but ``global_accuracy``."""
    short = {} if phase == "global" else SHORT
    return {f"{phase}_{short.get(name, name)}": value for name, value in metrics.items()}


def confusion_points(phase: str, confusion: Sequence[Sequence[int]]) -> Metrics:
    """Return the four counts of two classes by the names of their series; nothing for more."""
    if len(confusion) != 2:
        return {}
    (tn, fp), (fn, tp) = confusion
    counts = {"tp": tp, "tn": tn, "fp": fp, "fn": fn}
    return {f"{phase}_cm_{name}": float(count) for name, count in counts.items()}


def _confusion(logits: Tensor, targets: Tensor) -> Tensor:
    """Return the counts (true, predicted) of each pair of classes.

    Torch counts by itself: torchmetrics would bring matplotlib into every site and every worker.
    """
    classes = max(logits.shape[1], 2)
    cells = targets.long() * classes + predictions(logits)
    return torch.bincount(cells, minlength=classes**2).reshape(classes, classes)


def _auroc(logits: Tensor, targets: Tensor) -> float | None:
    """Return the AUROC, for more than two classes the mean of one against the rest.

    A class without rows has no curve: the mean is over the classes that are there.
    """
    present = torch.unique(targets)
    if len(present) < 2 or not torch.isfinite(logits).all():
        return None
    if logits.shape[1] == 1:
        return _area(logits[:, 0], targets)
    areas = [_area(_log_odds(logits, int(label)), targets == label) for label in present]
    return math.fsum(areas) / len(areas)


def _log_odds(logits: Tensor, label: int) -> Tensor:
    """Return ln(p / (1 - p)) of one class in double precision.

    It orders rows as the softmax does, which in float32 is 1 or 0 for many rows at once.
    """
    exact = logits.double()
    others = torch.cat([exact[:, :label], exact[:, label + 1 :]], dim=1)
    return exact[:, label] - others.logsumexp(dim=1)


def _area(scores: Tensor, positive: Tensor) -> float:
    """Return the area under the ROC curve of any scores (n,): only their order counts.

    It is the share of pairs that are in the right order, ties count half (Hanley and McNeil,
    1982), counted in whole numbers. A sigmoid would make ties of large logits, and sums in
    float32 would make 0.99999994 of a perfect order. Numpy counts the pairs by itself:
    scipy.stats would cost every site and every worker most of a second at its start.
    """
    is_positive, values = positive.bool().numpy(), scores.numpy()
    positives, negatives = values[is_positive], np.sort(values[~is_positive])
    below = np.searchsorted(negatives, positives, side="left")
    not_above = np.searchsorted(negatives, positives, side="right")
    pairs = 2 * len(positives) * len(negatives)
    return int(below.sum() + not_above.sum()) / pairs
