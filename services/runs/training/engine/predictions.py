"""Keeping what the best model says of each held-out row, for paired comparison in studies."""

import numpy as np
import torch
from torch import Tensor

from services.runs.predictions import FILE, MAX_VALUES, num_values, to_parquet
from services.runs.training.engine.learning import Learner
from services.runs.training.engine.losses import Loss
from services.runs.training.engine.metrics import Measured
from services.runs.training.ports import TrainingRecorder, TrainingTask
from services.statistics.row_errors import Predictions


def predictions_file(
    task: TrainingTask,
    recorder: TrainingRecorder,
    learner: Learner,
    measured: Measured | None,
    max_values: int = MAX_VALUES,
) -> dict[str, bytes]:
    """Return the file of the predictions by its name; nothing where no rows were held out here.

    ``measured`` is of the held-out rows in their order. Too many values are not kept: the log
    says so.
    """
    rows = learner.prepared.split.test
    logits = None if measured is None else measured.logits
    if logits is None or not len(rows) or len(logits) != len(rows):
        return {}
    values = num_values(*logits.shape)
    if values > max_values:
        recorder.log(
            "warning",
            f"The predictions for single test rows are not kept: {len(rows)} rows with "
            f"{logits.shape[1]} logits are {values} values, at most {max_values}. Studies will "
            "take the error of this run from the seeds alone.",
        )
        return {}
    targets = learner.prepared.y[torch.from_numpy(rows)].cpu()
    units = np.unique(task.data.patients, return_inverse=True)[1][rows]
    kept = Predictions(
        rows=rows,
        units=units.astype(np.int64),
        targets=targets.numpy(),
        logits=logits.double().numpy(),
        losses=row_losses(learner.loss, logits, targets).double().numpy(),
    )
    return {FILE: to_parquet(kept)}


def row_losses(loss: Loss, logits: Tensor, targets: Tensor) -> Tensor:
    """Return the loss (n,) of each row alone: logits (n, k), targets (n,).

    One by one, as losses return means. A mean of several classes with weights is over the sum of
    the weights, so that a row alone has its loss without a weight.
    """
    with torch.inference_mode():
        pairs = zip(logits.split(1), targets.split(1), strict=True)
        return torch.stack([loss(one, target) for one, target in pairs])
