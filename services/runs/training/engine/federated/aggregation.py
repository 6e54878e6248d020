"""Making one model of the updates that were good, and saying whose part in it is how large."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from flwr.app import Message, MetricRecord
from flwr.serverapp.strategy import FedAvg

from services.engine_kit.errors import TrainingFailedError
from services.runs.training.config.config import TrainingConfig
from services.runs.training.engine.federated.guard import METRICS, ROWS
from services.runs.training.engine.federated.model_state import (
    Arrays,
    ModelState,
    from_record,
    weighted_mean,
)
from services.runs.training.engine.federated.strategies import as_float
from services.runs.training.engine.metrics import Metrics

MEANS = ("fedavg", "fedprox", "fedadam", "fedyogi", "fedavgm")


@dataclass(frozen=True, kw_only=True)
class Update:
    """A site's good update: ``message`` holds what the strategy gets, nothing else."""

    client: str
    rows: int
    message: Message
    statistics: Arrays


@dataclass(frozen=True, kw_only=True)
class Merged:
    """One model made of updates: its arrays, the mean metrics, and each site's share."""

    arrays: Arrays
    metrics: Metrics
    weights: dict[str, float]


class Aggregation:
    """Flower's strategy over trained parameters, weighted means over statistics."""

    def __init__(self, config: TrainingConfig, strategy: FedAvg, state: ModelState) -> None:
        self._config = config
        self._strategy = strategy
        self._state = state

    def merge(self, round_number: int, updates: Sequence[Update]) -> Merged | None:
        """Return the model of ``updates``; None if the strategy makes nothing of them."""
        messages = [update.message for update in updates]
        arrays, metrics = self._strategy.aggregate_train(round_number, messages)
        if arrays is None:
            return None
        old = self._state.read(self._state.trainable)
        new = {name: array.astype(old[name].dtype) for name, array in from_record(arrays).items()}
        return Merged(
            arrays={**new, **_mean_statistics(updates)},
            metrics=floats(metrics),
            weights=_shares(self._config.strategy, updates, new),
        )

    def take_over(self, round_number: int, merged: Merged) -> None:
        """Put a new model into the network.

        Raises ``TrainingFailedError`` if the strategy made something that is not finite.
        """
        if not is_finite(merged):
            raise TrainingFailedError(
                f"In round {round_number} {self._config.strategy} left the finite numbers; "
                "a smaller learning_rate or server_learning_rate helps."
            )
        self._state.write(merged.arrays)


def is_finite(merged: Merged) -> bool:
    """Return whether every number of the model is one."""
    return all(np.isfinite(array).all() for array in merged.arrays.values())


def floats(record: MetricRecord | None) -> Metrics:
    """Return a record's metrics as floats."""
    return {} if record is None else {name: as_float(value) for name, value in record.items()}


def fill_gaps(messages: Sequence[Message]) -> dict[int, list[str]]:
    """Give every answer the metrics that any has, NaN where it has none; return the gaps by node.

    Flower refuses answers whose metrics differ, and a mean is over those who have a value.
    """
    records = {one.metadata.src_node_id: one.content.metric_records[METRICS] for one in messages}
    names = {name for record in records.values() for name in record}
    gaps = {}
    for node, record in records.items():
        missing = sorted(names - set(record))
        for name in missing:
            record[name] = math.nan
        if missing:
            gaps[node] = missing
    return gaps


def _mean_statistics(updates: Sequence[Update]) -> Arrays:
    if not any(update.statistics for update in updates):
        return {}
    return weighted_mean(
        [update.statistics for update in updates], [update.rows for update in updates]
    )


def _shares(strategy: str, updates: Sequence[Update], new: Arrays) -> dict[str, float]:
    """Return each site's share in the new model, where a strategy gives it one as a whole.

    Means weigh by rows; Krum takes one update as it is. A median and a trimmed mean choose
    number by number, so that no site has one share.
    """
    if strategy in MEANS:
        total = sum(update.rows for update in updates)
        return {update.client: update.rows / total for update in updates}
    if strategy == "krum":
        return {update.client: float(_is_taken(update, new)) for update in updates}
    return {}


def _is_taken(update: Update, new: Arrays) -> bool:
    own = update.message.content.array_records["arrays"]
    return all(np.array_equal(own[name].numpy(), array) for name, array in new.items())


def rows_of(message: Message) -> int:
    """Return how many rows an answer says it is about."""
    return int(str(message.content.metric_records[METRICS][ROWS]))
