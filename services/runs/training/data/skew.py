"""How unlike the sites of a federation are: in the labels that they see, and in their sizes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from services.runs.training.data.sharing import ClassCounts, Shard


@dataclass(frozen=True, kw_only=True)
class SiteSkew:
    """One site: ``share`` of all rows, ``distance`` of its label shares to those of all sites."""

    client: str
    rows: int
    patients: int
    class_counts: Sequence[int]
    share: float
    distance: float


@dataclass(frozen=True, kw_only=True)
class Skew:
    """The sites, how unequal their sizes are, and their mean distance to all of them together."""

    classes: Sequence[str]
    sites: Sequence[SiteSkew]
    size_gini: float
    mean_distance: float


def hellinger(first: ArrayLike, second: ArrayLike) -> float:
    """Return the Hellinger distance of two distributions, given as counts of shape (n,); 0 to 1.

    ``sqrt(1 - sum(sqrt(p * q)))``, equal to the Euclidean distance of the square roots divided by
    the square root of 2 (Hellinger, 1909; Li et al., Federated Learning on Non-IID Data Silos,
    2022, compare label skews of sites by such distances).
    """
    p, q = _shares(first), _shares(second)
    return float(np.linalg.norm(np.sqrt(p) - np.sqrt(q)) / np.sqrt(2))


def gini(sizes: ArrayLike) -> float:
    """Return Gini's coefficient of sizes of shape (n,): 0 for equal ones, at most 1 - 1/n.

    Half the mean absolute difference over the mean (Gini, 1912), by the order of the sizes:
    ``sum((2i - n - 1) * x_i) / (n * sum(x))`` for x ascending and i from 1.
    """
    ordered = np.sort(np.asarray(sizes, dtype=np.float64))
    count, total = len(ordered), float(ordered.sum())
    if not total:
        return 0.0
    places = np.arange(1, count + 1)
    return float(((2 * places - count - 1) * ordered).sum() / (count * total))


def skew_of(shards: Sequence[Shard], labels: ClassCounts, classes: Sequence[str]) -> Skew:
    """Return how the sites' rows (training and validation together) differ from all of theirs."""
    rows = [shard.rows for shard in shards]
    counts = [np.bincount(labels.y[of_site], minlength=len(classes)) for of_site in rows]
    all_counts = np.sum(counts, axis=0)
    sites = [
        SiteSkew(
            client=shard.name,
            rows=len(of_site),
            patients=len(np.unique(labels.patients[of_site])),
            class_counts=count.tolist(),
            share=len(of_site) / int(all_counts.sum()),
            distance=hellinger(count, all_counts),
        )
        for shard, of_site, count in zip(shards, rows, counts, strict=True)
    ]
    return Skew(
        classes=tuple(classes),
        sites=sites,
        size_gini=gini([site.rows for site in sites]),
        mean_distance=float(np.mean([site.distance for site in sites])),
    )


def _shares(counts: ArrayLike) -> NDArray[np.float64]:
    values: NDArray[np.float64] = np.asarray(counts, dtype=np.float64)
    return np.asarray(values / values.sum(), dtype=np.float64)
