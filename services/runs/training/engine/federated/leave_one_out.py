"""What a round would have been without a site: its leave-one-out contribution.

For each site whose update was good, the round is aggregated once more without it, from the same
state of the strategy, and measured like the round itself: the monitored metric, as the mean over
the sites' validation rows. The held-out test rows take no part, so that whom to invite is never
decided by them. The value is the metric with the site minus the metric without it (Ghorbani and
Zou, Data Shapley, 2019, section 4.2, the leave-one-out baseline; per round and summed over rounds
as Wang et al., A Principled Approach to Data Valuation for Federated Learning, 2020, propose).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flwr.serverapp.strategy import FedAvg
from torch import Tensor

from services.runs.training.config.config import TrainingConfig
from services.runs.training.config.rules import fewest_clients
from services.runs.training.engine.federated.aggregation import Aggregation, Update, is_finite
from services.runs.training.engine.federated.exchange import Exchange
from services.runs.training.engine.federated.model_state import ModelState
from services.runs.training.engine.federated.strategies import as_it_was


class LeaveOneOut:
    """Repeats the end of a round without one site, and leaves everything as it was."""

    def __init__(
        self,
        config: TrainingConfig,
        strategy: FedAvg,
        state: ModelState,
        aggregation: Aggregation,
        exchange: Exchange,
    ) -> None:
        self._config = config
        self._strategy = strategy
        self._state = state
        self._aggregation = aggregation
        self._exchange = exchange

    def leave_one_out(
        self,
        round_number: int,
        updates: Sequence[Update],
        *,
        with_all: float | None,
        model: Mapping[str, Tensor],
        kept: Mapping[str, Any],
    ) -> dict[str, float]:
        """Return the metric with each site minus without it; a site without a value is left out.

        ``model`` is what the round began with, ``kept`` the strategy's state before it aggregated.
        """
        if with_all is None:
            return {}
        after = self._state.tensors()
        values = {}
        try:
            for update in updates:
                rest = [one for one in updates if one is not update]
                self._state.load(model)
                without = self._without(round_number, rest, kept)
                if without is not None:
                    values[update.client] = with_all - without
        finally:
            self._state.load(after)
        return values

    def _without(
        self, round_number: int, rest: Sequence[Update], kept: Mapping[str, Any]
    ) -> float | None:
        if rest and len(rest) < fewest_clients(self._config):
            return None  # the strategy means nothing with so few
        if rest:
            with as_it_was(self._strategy, kept):
                merged = self._aggregation.merge(round_number, rest)
            if merged is None or not is_finite(merged):
                return None
            self._state.write(merged.arrays)
        mean = self._exchange.evaluate(round_number, quietly=True).mean
        return mean.get(self._config.monitor_metric)
