"""The smallest effect that a design detects: t tests on the means of units."""

import math
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from services.statistics.clusters import cluster_error
from services.statistics.interval import NOISE

Ints = NDArray[np.int64]

STEPS = 60  # halvings: below the rounding of a float


def detectable_difference(
    error: float, freedom: float, alpha: float = 0.05, power: float = 0.8
) -> float:
    """Return the difference that a two-sided t test with this standard error shows with ``power``.

    Exact, by the noncentral t distribution (Cohen, "Statistical Power Analysis", 1988): the
    noncentrality at which the test rejects with that probability, times the error.
    """
    from scipy.special import stdtrit  # the web process starts without it

    critical = float(stdtrit(freedom, 1 - alpha / 2))
    low, high = 0.0, 2 * (critical + 10)
    for _ in range(STEPS):
        middle = (low + high) / 2
        if rejection_rate(middle, freedom, critical) < power:
            low = middle
        else:
            high = middle
    return high * error


def rejection_rate(noncentrality: float, freedom: float, critical: float) -> float:
    """Return how often |t| exceeds ``critical``."""
    from scipy.special import nctdtr  # the web process starts without it

    below = float(nctdtr(freedom, noncentrality, critical))
    far_below = float(nctdtr(freedom, noncentrality, -critical))
    return 1 - below + (far_below if math.isfinite(far_below) else 0.0)


def detectable_mean(units: Ints, alpha: float = 0.05, power: float = 0.8) -> float | None:
    """Return ``detectable_difference`` of the mean over values of m clusters.

    ``units`` (m, 2) are how many values each cluster has, and their sum.
    None of one cluster, and where clusters do not differ at all: nothing is known of the error.
    """
    if len(units) < 2:
        return None
    error = cluster_error(units[:, 0], units[:, 1])
    return detectable_difference(error, len(units) - 1, alpha, power) if error > NOISE else None


def detectable_difference_normal(error: float, alpha: float = 0.05, power: float = 0.8) -> float:
    """Return (z(1 - α/2) + z(power)) · error, what many persons have."""
    normal = NormalDist()
    return (normal.inv_cdf(1 - alpha / 2) + normal.inv_cdf(power)) * error


def detectable_paired_shares(
    n: int, discordant: float, alpha: float = 0.05, power: float = 0.8
) -> float | None:
    """Return the difference of two shares of the same n things that McNemar's test shows.

    ``discordant`` is the share of things on which the two disagree, ψ. Connor (Biometrics 43,
    1987) gives the n that a difference d needs, n·d² = (z(1 - α/2)·√ψ + z(power)·√(ψ - d²))²;
    solved for d. None where even things that all differ to one side, d = ψ, would be too few.
    """
    normal = NormalDist()
    a, b = normal.inv_cdf(1 - alpha / 2), normal.inv_cdf(power)
    rest = n + b**2 - a**2
    if n < 1 or discordant <= 0 or rest < 0:
        return None
    smallest = math.sqrt(discordant) * (a * math.sqrt(n) + b * math.sqrt(rest)) / (n + b**2)
    return smallest if smallest <= discordant else None
