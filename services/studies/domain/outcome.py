"""From the trainings of a study to its arms, its contrasts and its sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from services.studies.domain.statistics import PairedTest, holm, paired_test

Values = Mapping[int, float]  # by seed
CENTRAL, FEDERATED, LOCAL = "central", "federated", "local"
MEAN, SMALLEST = "local", "smallest"


@dataclass(frozen=True, kw_only=True)
class Score:
    """What one training came to; ``rows`` are its training rows."""

    arm: str
    seed: int
    client: str
    value: float
    rows: int


def by_seed(scores: Sequence[Score], arm: str, client: str | None = None) -> Values:
    """Return the value of an arm per seed, of one site or of all of them."""
    return {
        one.seed: one.value
        for one in scores
        if one.arm == arm and (client is None or one.client == client)
    }


def mean_of_sites(scores: Sequence[Score], sites: int) -> Values:
    """Return the mean of the local models per seed, for seeds in which all ``sites`` are known."""
    found: dict[int, list[float]] = {}
    for one in scores:
        if one.arm == LOCAL:
            found.setdefault(one.seed, []).append(one.value)
    return {
        seed: sum(values) / len(values) for seed, values in found.items() if len(values) == sites
    }


def smallest_site(scores: Sequence[Score], sites: int) -> Values:
    """Return, per seed, the local model of the site with the fewest training rows.

    Of equally small sites the first by name counts.
    """
    complete = mean_of_sites(scores, sites)
    found: dict[int, Score] = {}
    for one in sorted(scores, key=lambda score: (score.rows, score.client)):
        if one.arm == LOCAL and one.seed in complete:
            found.setdefault(one.seed, one)
    return {seed: one.value for seed, one in found.items()}


def contrasts(
    federated: Values, others: Mapping[str, Values], test_to_train: float
) -> dict[str, PairedTest]:
    """Return federated minus each other, over the seeds that both have; a family by Holm."""
    tests: dict[str, PairedTest] = {}
    for name, other in others.items():
        seeds = sorted(set(federated) & set(other))
        pairs = [federated[seed] for seed in seeds], [other[seed] for seed in seeds]
        if (test := paired_test(*pairs, test_to_train)) is not None:
            tests[name] = test
    adjusted = holm([test.p_value for test in tests.values()])
    return {
        name: replace(test, p_holm=p)
        for (name, test), p in zip(tests.items(), adjusted, strict=True)
    }
