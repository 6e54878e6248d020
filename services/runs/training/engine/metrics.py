"""Measuring predictions with torchmetrics, one way for both modes and all sets of rows."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torchmetrics.functional.classification import (
    binary_auroc,
    multiclass_auroc,
    multiclass_confusion_matrix,
    multiclass_f1_score,
    multiclass_precision,
    multiclass_recall,
)

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
    AUROC is None where a set holds one class only.
    """
    logits, targets = logits.detach().float().cpu(), targets.detach().cpu()
    classes = max(logits.shape[1], 2)
    predicted = predictions(logits)
    confusion = multiclass_confusion_matrix(predicted, targets, classes, validate_args=False)
    metrics: Metrics = {
        "loss": loss if math.isfinite(loss) else None,
        "accuracy": float((predicted == targets).double().mean()),
        **_quality(predicted, targets, classes),
        "auroc": _auroc(logits, targets),
    }
    return Measured(
        metrics=metrics, confusion=confusion.tolist(), num_samples=len(targets), logits=logits
    )


def measure_training(logits: Tensor, targets: Tensor, loss: float) -> Metrics:
    """Return what is told of training rows: loss, accuracy and F1, of predictions with dropout."""
    predicted, targets = predictions(logits.detach()).cpu(), targets.detach().cpu()
    classes = max(logits.shape[1], 2)
    score = multiclass_f1_score(
        predicted, targets, classes, average=_average(classes), validate_args=False
    )
    return {
        "loss": loss if math.isfinite(loss) else None,
        "accuracy": float((predicted == targets).double().mean()),
        "f1": float(score[1] if classes == 2 else score),
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


def _quality(predicted: Tensor, targets: Tensor, classes: int) -> Metrics:
    average = _average(classes)
    measured = {
        "precision": multiclass_precision(
            predicted, targets, classes, average=average, validate_args=False
        ),
        "recall": multiclass_recall(
            predicted, targets, classes, average=average, validate_args=False
        ),
        "f1": multiclass_f1_score(
            predicted, targets, classes, average=average, validate_args=False
        ),
    }
    return {name: float(value[1] if classes == 2 else value) for name, value in measured.items()}


def _average(classes: int) -> str:
    return "none" if classes == 2 else "macro"


def _auroc(logits: Tensor, targets: Tensor) -> float | None:
    present = torch.unique(targets)
    if len(present) < 2 or not torch.isfinite(logits).all():
        return None
    if logits.shape[1] == 1:
        return float(binary_auroc(logits[:, 0].sigmoid(), targets, validate_args=False))
    # a class without rows has no curve: the mean is over the classes that are there
    one_by_one = multiclass_auroc(
        logits.softmax(dim=1)[:, present],
        torch.searchsorted(present, targets),
        len(present),
        average="none",
        validate_args=False,
    )
    return float(one_by_one.mean())
