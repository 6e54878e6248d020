"""Flower's strategies from our settings, and the tensors that they keep between rounds.

FedAdam is Flower's and differs from Algorithm 2 of Reddi et al. (Adaptive Federated Optimization,
ICLR 2021) in two ways. The paper has no bias correction: x += eta * m / (sqrt(v) + tau). Flower
takes the step size of Kingma and Ba (Adam, 2015), eta * sqrt(1 - beta_2^(t+1)) /
(1 - beta_1^(t+1)) in round t = 1, 2, ..., one step ahead of Adam's own t. And v begins at 0, where
the paper asks for at least tau^2. With the defaults the step of round 1 is 0.74 times the paper's,
that of round 10 is 0.47 times, that of round 100 is 0.80 times; the factor goes to 1. FedYogi has
no bias correction, as in the paper, and its v begins at 0 too.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from flwr.app import ArrayRecord, MetricRecord, RecordDict
from flwr.serverapp.strategy import (
    FedAdam,
    FedAvg,
    FedAvgM,
    FedMedian,
    FedProx,
    FedTrimmedAvg,
    FedYogi,
    Krum,
)
from numpy.typing import NDArray

from services.flower.messages import STRATEGY_STATE, set_strategy_state, strategy_state
from services.runs.results.domain.aggregation import weighted_mean
from services.runs.training.config.config import TrainingConfig
from services.runs.training.engine.federated.model_state import from_record, to_record

Arrays = dict[str, NDArray]
ADAPTIVE_RATE, MOMENTUM_RATE = 0.01, 1.0


def build(config: TrainingConfig) -> FedAvg:
    """Return the strategy that the settings name; the grid decides who takes part."""
    common: dict[str, Any] = {
        "min_train_nodes": 1,
        "min_evaluate_nodes": 1,
        "min_available_nodes": 1,
        "train_metrics_aggr_fn": mean_metrics,
        "evaluate_metrics_aggr_fn": mean_metrics,
    }
    return _MAKERS[config.strategy](config, common)


def _adaptive(config: TrainingConfig) -> dict[str, Any]:
    return {
        "eta": config.server_learning_rate or ADAPTIVE_RATE,
        "beta_1": config.beta_1,
        "beta_2": config.beta_2,
        "tau": config.tau,
    }


_MAKERS: Mapping[str, Callable[[TrainingConfig, dict[str, Any]], FedAvg]] = {
    "fedavg": lambda _, common: FedAvg(**common),
    "fedprox": lambda config, common: FedProx(**common, proximal_mu=config.proximal_mu),
    "fedadam": lambda config, common: FedAdam(**common, **_adaptive(config)),
    "fedyogi": lambda config, common: FedYogi(**common, **_adaptive(config)),
    "fedavgm": lambda config, common: FedAvgM(
        **common,
        server_learning_rate=config.server_learning_rate or MOMENTUM_RATE,
        server_momentum=config.server_momentum,
    ),
    "fedmedian": lambda _, common: FedMedian(**common),
    "krum": lambda config, common: Krum(**common, num_malicious_nodes=config.num_malicious_clients),
    "trimmed_mean": lambda config, common: FedTrimmedAvg(**common, beta=config.trim_fraction),
}


def mean_metrics(records: list[RecordDict], weight_key: str) -> MetricRecord:
    """Return each metric's mean weighted by rows; a client that has none (NaN) does not count."""
    metrics = [next(iter(record.metric_records.values())) for record in records]
    weights = [as_float(one[weight_key]) for one in metrics]
    names = [name for name in metrics[0] if name != weight_key]
    means = {
        name: weighted_mean([as_float(one[name]) for one in metrics], weights) for name in names
    }
    return MetricRecord({name: mean for name, mean in means.items() if mean is not None})


def as_float(value: object) -> float:
    """Return a metric as a float; an integer beyond all floats is infinite."""
    try:
        return float(str(value))
    except ValueError:
        return math.nan


def kept_tensors(strategy: FedAvg) -> Arrays:
    """Return what the strategy keeps between rounds, by attribute and name."""
    kept: Arrays = {}
    for attribute in STRATEGY_STATE:
        value = getattr(strategy, attribute, None)
        if value is None:
            continue
        named = from_record(value) if isinstance(value, ArrayRecord) else value
        pairs = named.items() if isinstance(named, Mapping) else enumerate(named)
        kept |= {f"{attribute}/{name}": np.asarray(array) for name, array in pairs}
    return kept


@contextmanager
def as_it_was(strategy: FedAvg, before: Mapping[str, Any]) -> Iterator[None]:
    """Give the strategy what it kept ``before``, for a while; then it is again what it was."""
    after = strategy_state(strategy)
    set_strategy_state(strategy, before)
    try:
        yield
    finally:
        set_strategy_state(strategy, after)


def restore(strategy: FedAvg, kept: Mapping[str, NDArray], order: Sequence[str]) -> None:
    """Give the strategy back what it kept; ``order`` is that of the parameters it is sent."""
    by_attribute: dict[str, Arrays] = {}
    for path, array in kept.items():
        attribute, name = path.split("/", 1)
        by_attribute.setdefault(attribute, {})[name] = array
    state = {
        attribute: _as_kept(strategy, attribute, arrays, order)
        for attribute, arrays in by_attribute.items()
    }
    set_strategy_state(strategy, state)


def _as_kept(strategy: FedAvg, attribute: str, arrays: Arrays, order: Sequence[str]) -> Any:
    if attribute == "momentum_vector":
        return [arrays[str(position)] for position in range(len(arrays))]
    if attribute == "current_arrays" and isinstance(strategy, FedAvgM):
        # FedAvgM pairs arrays by position
        return to_record({name: arrays[name] for name in order})
    return arrays
