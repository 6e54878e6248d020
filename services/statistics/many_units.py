"""Sums over many units, drawn from the normal distribution that they tend to.

A sum over k of n units is nearly normal once k is large and no few units decide it, whether units
are drawn without replacement (Hájek, Publ. Math. Inst. Hung. Acad. Sci. 5, 1960) or with it. Its
mean and its covariance are known exactly, so a draw costs nothing per unit. Skewness γ and excess
kurtosis κ say where that holds: by the Edgeworth series (Hall, The Bootstrap and Edgeworth
Expansion, 1992) a two-sided p is off by 2φ(z)·(κ/24k·(z³ - 3z) + γ²/72k·(z⁵ - 10z³ + 15z)), at
p = 0.001 by a sixth at most. Some thousand random relabelings err by half of it.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
MANY = 50  # units of a sum
ALIKE = 1e-9  # a spread below this, relatively, is rounding
ROUNDING = SINGULAR = 1e-12  # a variance below this share of what it is taken from
MAX_SKEWNESS, MAX_KURTOSIS = 0.15, 0.02  # of a sum: those of its units over √k and k
STEADY, MINOR = 0.1, 1 / 3  # variation, alone and beside the column that varies most


@dataclass(frozen=True)
class UnitMoments:
    """Moments of n units: ``mean`` (c,), ``covariance`` (c, c) over n.

    ``skewness`` and ``kurtosis``, the excess, are the largest of a column, without their signs.
    A steady column, such as the sizes of persons who answered nearly everything, is left out: in
    a ratio of sums it counts with the third power of how little it varies beside the other.
    """

    n: int
    mean: Floats
    covariance: Floats
    skewness: float
    kurtosis: float

    def are_many(self, k: float) -> bool:
        """Return whether a sum over k of these units is as good as normal."""
        is_even = self.skewness <= MAX_SKEWNESS * np.sqrt(k) and self.kurtosis <= MAX_KURTOSIS * k
        return k >= MANY and bool(is_even)

    @cached_property
    def _root(self) -> Floats:
        """Return R (c, r) with R·Rᵀ the covariance, which may be singular: r columns vary.

        The symmetric root, which rounding moves by rounding only: with eigenvectors themselves,
        whose sides and whose order are free, a seed would draw other sums on another machine.
        """
        varies = np.diag(self.covariance) > (ALIKE * (1 + np.abs(self.mean))) ** 2
        values, vectors = np.linalg.eigh(self.covariance[np.ix_(varies, varies)])
        values[values < SINGULAR * values.max(initial=0.0)] = 0.0
        root = np.zeros((len(self.mean), len(values)))
        root[varies] = (vectors * np.sqrt(values)) @ vectors.T
        return root

    def _noise(self, generator: np.random.Generator, *shape: int) -> Floats:
        root = self._root
        return np.asarray(generator.standard_normal((*shape, root.shape[1])) @ root.T)

    def resampled(self, k: int, generator: np.random.Generator, draws: int) -> Floats:
        """Return sums (draws, c) over k units drawn with replacement."""
        return np.asarray(k * self.mean + np.sqrt(k) * self._noise(generator, draws))

    def chosen(self, k: int, generator: np.random.Generator, draws: int) -> Floats:
        """Return sums (draws, c) over k of the n units, without replacement."""
        width = np.sqrt(k * (self.n - k) / (self.n - 1))
        return np.asarray(k * self.mean + width * self._noise(generator, draws))

    def shared(self, total: Ints | Floats, sizes: Ints, generator: np.random.Generator) -> Floats:
        """Return the sums (draws, g, c) of groups of ``sizes`` (g,) that share some of the units.

        ``total`` (draws, c) is the sum of those k units that they share, and what the groups of a
        draw add up to. Given it, the covariance of two groups is -sizes·sizes/k times n/(n - 1)
        of that of a unit (sampling without replacement).
        """
        k = int(sizes.sum())
        noise = np.sqrt(sizes)[:, None] * self._noise(generator, len(total), len(sizes))
        noise -= (sizes / k)[:, None] * noise.sum(axis=1, keepdims=True)
        means = sizes[:, None] * (total / k)[:, None]
        return np.asarray(means + np.sqrt(self.n / (self.n - 1)) * noise)


def moments_of(values: Ints | Floats, numbers: Ints | None = None) -> UnitMoments:
    """Return the moments of units ``values`` (v, c), of which there are ``numbers`` (v,) each."""
    return PowersOfUnits(values).moments(np.ones(len(values)) if numbers is None else numbers)


class PowersOfUnits:
    """Powers of units ``values`` (v, c) about their mean: moments of any numbers of them."""

    def __init__(self, values: Ints | Floats) -> None:
        self._middle: Floats = values.mean(axis=0)
        first = values - self._middle
        second = first * first
        self._powers = first, second, second * first, second * second

    def moments(self, numbers: Ints | Floats) -> UnitMoments:
        """Return the moments of ``numbers`` (v,) of each unit, one unit at least."""
        n = int(numbers.sum())
        shares = numbers / n
        off, second, third, fourth = (shares @ power for power in self._powers)
        mean, variance = self._middle + off, second - off * off
        varies = (variance > ROUNDING * second) & (variance > (ALIKE * (1 + np.abs(mean))) ** 2)
        spread = np.sqrt(np.where(varies, variance, 0.0))
        some = _decisive(mean, spread) & varies
        scale = np.where(varies, spread, 1.0)
        skewness = (third - 3 * off * second + 2 * off**3) / scale**3
        tails = fourth - 4 * off * third + 6 * off * off * second - 3 * off**4
        kurtosis = tails / scale**4 - 3
        first = self._powers[0]
        return UnitMoments(
            n=n,
            mean=mean,
            covariance=(shares[:, None] * first).T @ first - np.outer(off, off),
            skewness=float(np.abs(skewness[some]).max(initial=0.0)),
            kurtosis=float(np.abs(kurtosis[some]).max(initial=0.0)),
        )


def _decisive(mean: Floats, spread: Floats) -> NDArray[np.bool_]:
    """Return which columns (c,) vary enough for their shape to matter to a ratio of sums."""
    variation = np.divide(spread, np.abs(mean), out=np.full(len(mean), np.inf), where=mean != 0)
    most = variation.max(initial=0.0)
    return np.asarray((variation > STEADY) | (variation > MINOR * most))
