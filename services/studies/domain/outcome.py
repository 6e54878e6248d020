"""From the trainings of a study to the values of its arms, seed by seed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

CENTRAL, FEDERATED, LOCAL = "central", "federated", "local"
MEAN, SMALLEST = "local", "smallest"
OVER = ("completed", "failed", "cancelled")


@dataclass(frozen=True, kw_only=True)
class Score:
    """What one training came to.

    ``value`` is None until it is measured, and for good where it failed or the metric is
    undefined. ``train_rows`` are its own; ``site_rows`` those of each site of a federated run.
    ``tested_on`` is the hash of its test rows, None where the run did not note it.
    """

    run_id: int
    arm: str
    seed: int
    client: str
    status: str
    value: float | None
    train_rows: int | None
    test_rows: int | None
    site_rows: Mapping[str, int] = field(default_factory=dict)
    tested_on: str | None = None

    @property
    def is_without_result(self) -> bool:
        """Return whether the training is over and there is nothing to compare."""
        return self.status in OVER and self.value is None


@dataclass(frozen=True, kw_only=True)
class SeedValue:
    """The value of an arm in one seed: the plain mean of the models in ``scores``."""

    value: float
    scores: Sequence[Score]


Values = Mapping[int, SeedValue]  # by seed


def by_seed(scores: Sequence[Score], arm: str, client: str = "") -> Values:
    """Return the measured values of an arm per seed; of one site, if it is local-only."""
    return {
        one.seed: SeedValue(value=one.value, scores=[one])
        for one in scores
        if one.arm == arm and one.client == client and one.value is not None
    }


def mean_of_sites(scores: Sequence[Score], sites: Sequence[str]) -> Values:
    """Return the mean of the sites' local models, for seeds in which all ``sites`` are measured.

    Every site counts once, whatever its number of rows: weights by rows would hide the small
    sites, for whom the comparison is made.
    """
    scores_by_seed: dict[int, list[Score]] = {}
    for one in scores:
        if one.arm == LOCAL and one.client in sites and one.value is not None:
            scores_by_seed.setdefault(one.seed, []).append(one)
    return {
        seed: SeedValue(value=sum(one.value or 0.0 for one in own) / len(own), scores=own)
        for seed, own in scores_by_seed.items()
        if len(own) == len(sites)
    }


def smallest_site(scores: Sequence[Score], sites: Sequence[str]) -> Values:
    """Return, per seed, the local model of the site with the fewest training rows of ``sites``.

    Of equally small sites the first by name counts. A seed in which that site is not measured, or
    in which the rows of a site are unknown, has none: no other site may stand in for it.
    """
    values_by_seed: dict[int, SeedValue] = {}
    for seed in sorted({one.seed for one in scores}):
        rows = site_rows(scores, seed)
        if not sites or any(site not in rows for site in sites):
            continue
        smallest = min(sites, key=lambda site: (rows[site], site))
        own = by_seed(scores, LOCAL, smallest).get(seed)
        if own is not None:
            values_by_seed[seed] = own
    return values_by_seed


def site_rows(scores: Sequence[Score], seed: int) -> Mapping[str, int]:
    """Return the training rows of each site in a seed, as far as its runs know them."""
    known: dict[str, int] = {}
    for one in scores:
        if one.seed == seed and one.arm == LOCAL and one.train_rows is not None:
            known[one.client] = one.train_rows
    for one in scores:
        if one.seed == seed and one.arm == FEDERATED:
            known |= one.site_rows
    return known


def sites_of(scores: Sequence[Score]) -> list[str]:
    """Return the names of the sites that trained alone, or were meant to."""
    return sorted({one.client for one in scores if one.arm == LOCAL})
