"""The error of a model on a block, added up in chunks so that memory stays bounded."""

import math
from collections.abc import Callable

import numpy as np

from services.forecasting.engine.rows import chunks
from services.forecasting.models.ports import Block, Floats, Metrics


def mean_squared_error(predict: Callable[[Floats], Floats], block: Block) -> float:
    """Return the mean of the squared errors over samples, steps and columns of scaled values."""
    total, count = 0.0, 0
    for rows in chunks(block):
        errors = predict(block.inputs(rows)).astype(np.float64) - block.outputs(rows)
        total, count = total + float(np.square(errors).sum()), count + errors.size
    return total / count if count else math.nan


def both_blocks(
    predict: Callable[[Floats], Floats], train: Block, validation: Block
) -> dict[str, float]:
    """Return loss and rmse of both blocks under the names that every family reports."""
    return named_scores(mean_squared_error(predict, train), mean_squared_error(predict, validation))


def named_scores(train: float, validation: float) -> dict[str, float]:
    """Return mean squared errors and their roots by name; what is not finite is left out."""
    losses = {"train_loss": train, "val_loss": validation}
    roots = {"train_rmse": math.sqrt(train), "val_rmse": math.sqrt(validation)}
    return finite({**losses, **roots})


def finite(metrics: Metrics) -> dict[str, float]:
    """Return the metrics that have a value: JSON knows no others."""
    return {name: value for name, value in metrics.items() if math.isfinite(value)}
