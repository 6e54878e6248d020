"""Which runs of a study may be compared, and how much their seeds overlap."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.studies.domain.outcome import CENTRAL, Score, Values, site_rows


@dataclass(frozen=True, kw_only=True)
class Pairing:
    """The seeds in which two arms were tested on the same rows, and those where they were not.

    ``is_checked`` says whether every pair was compared by the hash of its test rows.
    """

    seeds: Sequence[int]
    refused: Sequence[int]
    is_checked: bool


def paired_seeds(federated: Values, other: Values) -> Pairing:
    """Return which seeds may be paired: those whose models were all tested on the same rows.

    Where a run did not note its rows, its seed decides: runs of one seed hold out the same rows.
    """
    both = sorted(set(federated) & set(other))
    hashes = {
        seed: {one.tested_on for one in (*federated[seed].scores, *other[seed].scores)}
        for seed in both
    }
    refused = [seed for seed in both if len(hashes[seed] - {None}) > 1]
    seeds = [seed for seed in both if seed not in refused]
    is_checked = all(None not in hashes[seed] for seed in seeds)
    return Pairing(seeds=seeds, refused=refused, is_checked=is_checked)


def held_out_ratio(
    scores: Sequence[Score], values: Sequence[Values], seeds: Sequence[int]
) -> float:
    """Return held-out rows over training rows, as the runs of ``seeds`` really had them.

    The training rows of an arm are what is left after validation rows: those of the central run,
    or those of all sites together. A site alone draws its rows from its own at the same shares,
    so its overlap from seed to seed is that of all. The arm with fewer rows counts; the mean over
    the seeds. 0 where no run noted its split.
    """
    ratios = []
    for seed in seeds:
        models = [one for value in values for one in value[seed].scores]
        test = [one.test_rows for one in models if one.test_rows is not None]
        sites = sum(site_rows(scores, seed).values())
        trained = [sites if one.arm != CENTRAL and sites else one.train_rows or 0 for one in models]
        if test and min(trained, default=0) > 0:
            ratios.append(max(test) / min(trained))
    return sum(ratios) / len(ratios) if ratios else 0.0


def weights(values: Values, seeds: Sequence[int], factor: float = 1.0) -> dict[int, float]:
    """Return how much each run weighs in the mean of an arm over ``seeds``."""
    weights_of_runs: dict[int, float] = {}
    for seed in seeds:
        for one in values[seed].scores:
            weights_of_runs[one.run_id] = factor / len(seeds) / len(values[seed].scores)
    return weights_of_runs
