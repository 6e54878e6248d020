"""Several estimates of one effect put together: fixed and random effect, heterogeneity."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

Z = 1.96  # the normal quantile of a 95 % interval, as reports round it


@dataclass(frozen=True, kw_only=True)
class PooledEffect:
    """The fixed effect with its interval; heterogeneity and random effect of two estimates or more.

    ``q`` is Cochran's Q, ``i2`` the share of the variance that is not chance, ``tau2`` the
    variance between the estimates.
    """

    mean: float
    se: float
    ci_low: float
    ci_high: float
    n: int
    q: float | None = None
    i2: float | None = None
    tau2: float | None = None
    mean_random: float | None = None
    se_random: float | None = None


def pooled_effect(effects: Sequence[float], errors: Sequence[float | None]) -> PooledEffect | None:
    """Return the effects weighted by 1/SE²; those without a standard error, or with 0, stay out.

    Inverse variance; random effect by the method of moments (DerSimonian and Laird, Controlled
    Clinical Trials 7, 1986); I² of Higgins and Thompson, Statistics in Medicine 21 (2002). None
    where no effect is left.
    """
    some = [(effect, se) for effect, se in zip(effects, errors, strict=True) if se]
    if not some:
        return None
    delta, error = np.array(some, dtype=np.float64).T
    mean, se = _weighted(delta, 1 / error**2)
    fixed = PooledEffect(mean=mean, se=se, ci_low=mean - Z * se, ci_high=mean + Z * se, n=len(some))
    return fixed if len(some) == 1 else _heterogeneous(fixed, delta, 1 / error**2)


def _weighted(effects: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    total = float(weights.sum())
    return float(weights @ effects) / total, 1 / math.sqrt(total)


def _heterogeneous(fixed: PooledEffect, effects: np.ndarray, weights: np.ndarray) -> PooledEffect:
    q, freedom = float(weights @ (effects - fixed.mean) ** 2), len(effects) - 1
    total = float(weights.sum())
    tau2 = max(0.0, (q - freedom) / (total - float(weights @ weights) / total))
    mean, se = _weighted(effects, 1 / (1 / weights + tau2))
    return PooledEffect(
        mean=fixed.mean,
        se=fixed.se,
        ci_low=fixed.ci_low,
        ci_high=fixed.ci_high,
        n=fixed.n,
        q=q,
        i2=max(0.0, (q - freedom) / q) if q > 0 else 0.0,
        tau2=tau2,
        mean_random=mean,
        se_random=se,
    )
