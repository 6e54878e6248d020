"""Mean and deviation of features from sums, so that sites can add theirs without showing rows.

A site reports n, its mean and its sum of squared deviations: what Σx and Σx² say, but without the
cancellation that Σx² suffers when the mean is large (Chan, Golub and LeVeque, 1983).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Moments:
    """Of n values per feature: ``mean`` and ``spread`` = Σ(x - mean)², each of shape (f,)."""

    n: int
    mean: Floats
    spread: Floats

    @classmethod
    def of(cls, x: NDArray[np.floating]) -> Self:
        """Return the moments of ``x`` of shape (n, f), n at least 1."""
        values = np.asarray(x, dtype=np.float64)
        mean = values.mean(axis=0)
        return cls(n=len(values), mean=mean, spread=np.square(values - mean).sum(axis=0))

    def joined(self, other: Self) -> Self:
        """Return the moments of both sets of rows together."""
        n = self.n + other.n
        gap = other.mean - self.mean
        return type(self)(
            n=n,
            mean=self.mean + gap * (other.n / n),
            spread=self.spread + other.spread + np.square(gap) * (self.n * other.n / n),
        )

    @property
    def deviation(self) -> Floats:
        """Return the population standard deviation; 1 where a feature never changes."""
        deviation = np.sqrt(self.spread / self.n)
        steady = deviation <= 1e-7 * np.maximum(np.abs(self.mean), 1e-12)
        return np.where(steady, 1.0, deviation)


def together(parts: Sequence[Moments]) -> Moments:
    """Return the moments of all sites, joined in their order."""
    return reduce(Moments.joined, parts)
