"""A distribution in bounded memory: values stream in, quantiles and a density come out.

Up to ``capacity`` distinct values are kept exactly, with how often each occurred. Beyond that
neighbours are merged into centroids, the fewer the nearer to an end: the merging t-digest of
Dunning and Ertl, "Computing Extremely Accurate Quantiles Using t-Digests", arXiv:1902.04023, with
its scale function k1.
"""

from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
CAPACITY = 8_192  # distinct values that are kept as they are
COMPRESSION = 4_000  # a sketch has about half as many centroids
CHUNK = 262_144


class DistributionSketch:
    """The distribution of all values that were added; NaN and infinite ones are left out.

    ``count``, ``mean``, ``low`` and ``high`` are exact however many values came.
    """

    def __init__(self, capacity: int = CAPACITY, compression: int = COMPRESSION) -> None:
        self._capacity = capacity
        self._compression = compression
        self._values: Floats = np.empty(0)
        self._weights: Floats = np.empty(0)
        self._single = np.empty(0, dtype=bool)  # one value, however often, and no centroid
        self._squares = 0.0  # the sum of squared distances from the mean
        self.count = 0
        self.mean = 0.0
        self.low = np.inf
        self.high = -np.inf

    def add(self, values: ArrayLike, times: ArrayLike | None = None) -> Self:
        """Add values of any shape; ``times`` (same shape) says how often each occurs."""
        flat = np.asarray(values, dtype=np.float64).ravel()
        often = np.ones(len(flat)) if times is None else np.asarray(times, dtype=np.float64).ravel()
        for begin in range(0, len(flat), CHUNK):
            part = slice(begin, begin + CHUNK)
            known = np.isfinite(flat[part]) & (often[part] > 0)
            self._take(flat[part][known], often[part][known])
        return self

    def merge(self, other: "DistributionSketch") -> Self:
        """Add what another sketch has seen."""
        if other.count:
            self._moments(other.count, other.mean, other._squares)
            self.low, self.high = min(self.low, other.low), max(self.high, other.high)
            self._compress(other._values, other._weights, other._single)
        return self

    @property
    def exact(self) -> bool:
        """Return whether every distinct value is still there."""
        return bool(self._single.all())

    @property
    def points(self) -> tuple[Floats, Floats]:
        """Return distinct values or centroids in order, and how many values each stands for."""
        return self._values, self._weights

    @property
    def deviation(self) -> float:
        """Return the standard deviation with n - 1 below; 0 for fewer than two values."""
        return float(np.sqrt(self._squares / (self.count - 1))) if self.count > 1 else 0.0

    def quantile(self, share: ArrayLike) -> Floats:
        """Return quantiles as ``numpy.quantile`` does (linear between ranks); NaN when empty.

        They are exact while the sketch is. A centroid stands at the middle of its ranks; a value
        that occurs often has all of its ranks.
        """
        shares = np.asarray(share, dtype=np.float64)
        if not self.count:
            return np.full(shares.shape, np.nan)
        ends = np.cumsum(self._weights) - 1
        begins = ends - self._weights + 1
        middles = (begins + ends) / 2
        ranks = [np.where(self._single, begins, middles), np.where(self._single, ends, middles)]
        knots = np.concatenate([[0.0], np.stack(ranks, axis=1).ravel(), [self.count - 1.0]])
        values = np.concatenate([[self.low], np.repeat(self._values, 2), [self.high]])
        return np.asarray(np.interp(shares * (self.count - 1), knots, values))

    def _take(self, values: Floats, weights: Floats) -> None:
        if not len(values):
            return
        count, mean = float(weights.sum()), float(np.average(values, weights=weights))
        self._moments(int(count), mean, float(weights @ np.square(values - mean)))
        self.low, self.high = min(self.low, float(values.min())), max(self.high, values.max())
        self._compress(values, weights, np.ones(len(values), dtype=bool))

    def _moments(self, count: int, mean: float, squares: float) -> None:
        """Merge moments: Chan, Golub and LeVeque, Updating Formulae, 1979."""
        total, apart = self.count + count, mean - self.mean
        self._squares += squares + apart**2 * self.count * count / total
        self.mean += apart * count / total
        self.count = total

    def _compress(self, values: Floats, weights: Floats, single: NDArray[np.bool_]) -> None:
        merged = np.concatenate([self._values, values])
        together = np.concatenate([self._weights, weights])
        blurred = ~np.concatenate([self._single, single])
        distinct, place = np.unique(merged, return_inverse=True)
        counted = np.bincount(place.ravel(), weights=together, minlength=len(distinct))
        mixed = np.bincount(place.ravel(), weights=blurred, minlength=len(distinct)) > 0
        self._values, self._weights, self._single = distinct, counted.astype(np.float64), ~mixed
        if len(distinct) > self._capacity:
            self._merge_neighbours()

    def _merge_neighbours(self) -> None:
        """Merge sorted values whose ranks lie within one unit of k(q) = δ/2π · asin(2q - 1)."""
        values, weights = self._values, self._weights
        middle = (np.cumsum(weights) - weights / 2) / weights.sum()
        scale = self._compression / (2 * np.pi) * np.arcsin(np.clip(2 * middle - 1, -1, 1))
        begins = np.flatnonzero(np.diff(np.floor(scale), prepend=-np.inf))
        sizes = np.diff(begins, append=len(values))
        self._weights = np.add.reduceat(weights, begins)
        self._values = np.add.reduceat(values * weights, begins) / self._weights
        self._single = self._single[begins] & (sizes == 1)
