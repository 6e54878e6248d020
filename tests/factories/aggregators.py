"""Every strategy once more in plain numpy, in double precision, from the papers and Flower's docs.

``models`` and the global ``model`` are flat vectors; ``state`` holds what a server optimiser keeps
between rounds and is replaced, never changed in place.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import trim_mean

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Server:
    """The global model, what the optimiser keeps, and the round that is aggregated, from 1."""

    model: Vector
    round: int = 1
    state: Mapping[str, Vector] = field(default_factory=dict)

    def next(self, model: Vector, **state: Vector) -> "Server":
        """Return the server after a round."""
        return replace(self, model=model, round=self.round + 1, state=state)


Aggregator = Callable[[Server, Sequence[Vector], Sequence[int]], Server]


def mean(server: Server, models: Sequence[Vector], rows: Sequence[int]) -> Server:
    """FedAvg (McMahan et al., 2017): the mean weighted by rows."""
    return server.next(np.average(models, axis=0, weights=rows))


def median(server: Server, models: Sequence[Vector], rows: Sequence[int]) -> Server:
    """Yin et al., 2018: the median of each coordinate."""
    del rows
    return server.next(np.median(models, axis=0))


def trimmed(server: Server, models: Sequence[Vector], rows: Sequence[int]) -> Server:
    """Yin et al., 2018: the mean of each coordinate without its extremes; a fifth at each end."""
    del rows
    return server.next(trim_mean(np.array(models), 0.2, axis=0))


def krum(server: Server, models: Sequence[Vector], rows: Sequence[int], bad: int = 1) -> Server:
    """Blanchard et al., 2017: the update with the nearest n - f - 2 neighbours."""
    del rows
    updates = [one - server.model for one in models]
    nearest = len(updates) - bad - 2
    scores = [
        sum(sorted(float(np.sum((one - other) ** 2)) for other in updates)[1 : nearest + 1])
        for one in updates
    ]
    return server.next(models[int(np.argmin(scores))])


def momentum(server: Server, models: Sequence[Vector], rows: Sequence[int]) -> Server:
    """FedAvgM (Hsu et al., 2019) with a rate of 1 and a momentum of 0.9."""
    gradient = server.model - np.average(models, axis=0, weights=rows)
    kept = server.state.get("velocity")
    velocity = gradient if kept is None else 0.9 * kept + gradient
    return server.next(server.model - velocity, velocity=velocity)


def adam(server: Server, models: Sequence[Vector], rows: Sequence[int]) -> Server:
    """FedAdam as Flower has it: Reddi et al., 2021, with the bias correction of Kingma and Ba."""
    change = np.average(models, axis=0, weights=rows) - server.model
    first = 0.9 * server.state.get("m", np.zeros_like(change)) + 0.1 * change
    second = 0.99 * server.state.get("v", np.zeros_like(change)) + 0.01 * change**2
    steps = server.round + 1
    rate = 0.01 * np.sqrt(1 - 0.99**steps) / (1 - 0.9**steps)
    return server.next(server.model + rate * first / (np.sqrt(second) + 0.001), m=first, v=second)


def yogi(server: Server, models: Sequence[Vector], rows: Sequence[int]) -> Server:
    """FedYogi (Reddi et al., 2021, Algorithm 2), both moments from zero."""
    change = np.average(models, axis=0, weights=rows) - server.model
    kept = server.state.get("v", np.zeros_like(change))
    first = 0.9 * server.state.get("m", np.zeros_like(change)) + 0.1 * change
    second = kept - 0.01 * change**2 * np.sign(kept - change**2)
    return server.next(server.model + 0.01 * first / (np.sqrt(second) + 0.001), m=first, v=second)


AGGREGATORS: Mapping[str, Aggregator] = {
    "fedavg": mean,
    "fedprox": mean,
    "fedadam": adam,
    "fedyogi": yogi,
    "fedavgm": momentum,
    "fedmedian": median,
    "krum": krum,
    "trimmed_mean": trimmed,
}
