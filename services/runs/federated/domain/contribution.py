"""What each site brought into a federated model, added up over the rounds.

The weight is a site's mean share in the new models that were made. The leave-one-out value of a
round is the monitored metric with the site minus the metric without it (Ghorbani and Zou, Data
Shapley, 2019, take it as their baseline); a site's total is the sum over its rounds, as Wang et
al. (A Principled Approach to Data Valuation for Federated Learning, 2020) sum values per round.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Contribution:
    """One site's part: its share of a model, and what the metric owes to it; None is unknown."""

    client: str
    weight: float | None
    leave_one_out: float | None


def total(rounds: Mapping[int, Sequence[Contribution]]) -> list[Contribution]:
    """Return one line per site: the mean of its shares, the sum of its leave-one-out values.

    A round in which a site did not take part counts as a share of nothing, if a model was made
    there of which the shares are known.
    """
    made = [sites for sites in rounds.values() if any(site.weight for site in sites)]
    names = sorted({site.client for sites in rounds.values() for site in sites})
    return [
        Contribution(
            client=name,
            weight=math.fsum(_weight(sites, name) for sites in made) / len(made) if made else None,
            leave_one_out=_sum(
                site.leave_one_out
                for sites in rounds.values()
                for site in sites
                if site.client == name
            ),
        )
        for name in names
    ]


def _weight(sites: Sequence[Contribution], name: str) -> float:
    return math.fsum(site.weight or 0.0 for site in sites if site.client == name)


def _sum(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return math.fsum(known) if known else None
