"""Making one model of the updates that were good, and saying whose part in it is how large."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from flwr.app import ArrayRecord, Message, MetricRecord, RecordDict
from flwr.serverapp.strategy import FedAvg

from services.engine_kit.errors import TrainingFailedError
from services.flower.messages import with_content
from services.runs.training.config.config import TrainingConfig
from services.runs.training.engine.federated.guard import METRICS, ROWS
from services.runs.training.engine.federated.model_state import (
    Arrays,
    ModelState,
    from_record,
    to_record,
    weighted_mean,
)
from services.runs.training.engine.federated.strategies import as_float, mean_metrics
from services.runs.training.engine.metrics import Metrics

MEANS = ("fedavg", "fedprox", "fedadam", "fedyogi", "fedavgm")
ARRAYS = "arrays"


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
        """Return the model of ``updates``; None if the strategy makes nothing of them.

        The updates stay as they are, so that they can be aggregated again without one of them.
        """
        old = self._state.read(self._state.trainable)
        messages = [self._message(update, old) for update in updates]
        arrays, _ = self._strategy.aggregate_train(round_number, messages)
        if arrays is None:
            return None
        made = from_record(arrays)
        taken = self._taken(updates, messages, made)
        new = made if taken is None else _arrays_of(taken.message)
        return Merged(
            arrays={
                **{name: array.astype(old[name].dtype) for name, array in new.items()},
                **_mean_statistics(updates),
            },
            metrics=_mean_metrics(updates),
            weights=_shares(self._config.strategy, updates, taken),
        )

    def _message(self, update: Update, old: Arrays) -> Message:
        """Return a message of its own for the strategy, which may take it apart.

        FedMedian and FedTrimmedAvg pop the arrays out of what they get. Krum compares distances,
        and those of full float32 models drown in rounding: ||x||² + ||y||² - 2xy of two models
        that differ by 1e-6 is noise. It gets the differences to the global model in float64
        (Blanchard et al., 2017, define it over the workers' updates).
        """
        record = update.message.content.array_records[ARRAYS]
        if self._config.strategy == "krum":
            own = from_record(record)
            sent = to_record({name: own[name].astype(np.float64) - old[name] for name in own})
        else:
            sent = ArrayRecord(dict(record.items()))
        metrics = update.message.content.metric_records[METRICS]
        return with_content(update.message, RecordDict({ARRAYS: sent, METRICS: metrics}))

    def _taken(
        self, updates: Sequence[Update], messages: Sequence[Message], made: Arrays
    ) -> Update | None:
        """Return the one update that Krum took as it is; None for every other strategy."""
        if self._config.strategy != "krum":
            return None
        pairs = zip(updates, messages, strict=True)
        return next(update for update, message in pairs if _equal(_arrays_of(message), made))

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


def _mean_metrics(updates: Sequence[Update]) -> Metrics:
    """Return the means over all sites whose update was good; Flower's Krum has the chosen one's."""
    return floats(mean_metrics([update.message.content for update in updates], ROWS))


def _mean_statistics(updates: Sequence[Update]) -> Arrays:
    if not any(update.statistics for update in updates):
        return {}
    return weighted_mean(
        [update.statistics for update in updates], [update.rows for update in updates]
    )


def _shares(strategy: str, updates: Sequence[Update], taken: Update | None) -> dict[str, float]:
    """Return each site's share in the new model, where a strategy gives one for all tensors.

    Means weigh by rows; Krum takes one update as it is. A median and a trimmed mean choose
    number by number, so that no site has one share.
    """
    if strategy in MEANS:
        total = sum(update.rows for update in updates)
        return {update.client: update.rows / total for update in updates}
    if taken is not None:
        return {update.client: float(update is taken) for update in updates}
    return {}


def _arrays_of(message: Message) -> Arrays:
    return from_record(message.content.array_records[ARRAYS])


def _equal(one: Arrays, other: Arrays) -> bool:
    return all(np.array_equal(one[name], array) for name, array in other.items())


def rows_of(message: Message) -> int:
    """Return how many rows an answer says it is about."""
    return int(str(message.content.metric_records[METRICS][ROWS]))
