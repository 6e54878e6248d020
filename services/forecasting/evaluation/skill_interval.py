"""How sure a skill score is: resampling stretches of consecutive windows.

Windows overlap and errors come in spells, so single windows are no independent units: whole blocks
are drawn. Circular block bootstrap, Politis and Romano, "A circular block-resampling procedure for
stationary data" (1992); a ratio of means by its percentile interval.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from services.forecasting.evaluation.arrays import NOISE, Floats, usable

DRAWS = 2_000
MIN_BLOCKS = 5
CONFIDENCE = 0.95


@dataclass(frozen=True, kw_only=True)
class SkillInterval:
    """1 - mean loss / mean baseline loss, and the ends of its interval.

    The ends are None where fewer than MIN_BLOCKS blocks of ``block`` windows fit into ``n``.
    """

    n: int
    skill: float
    low: float | None
    high: float | None
    block: int


def skill_interval(
    losses: ArrayLike,
    baseline: ArrayLike,
    overlap: int,
    *,
    seed: int,
    draws: int = DRAWS,
    confidence: float = CONFIDENCE,
) -> SkillInterval | None:
    """Return the skill of the losses (n,) of windows in time order against a baseline's (n,).

    A block is as long as windows overlap (``compare.overlap_of``), at least ∛n, which is the rate
    of Bühlmann and Künsch, "Block length selection in the bootstrap for time series" (1999).
    Windows with a loss that is no number are left out. None where the baseline makes no error.
    """
    pairs = np.stack([np.asarray(losses, dtype=np.float64), np.asarray(baseline, dtype=np.float64)])
    pairs = pairs[:, usable(pairs).all(axis=0)]
    n = pairs.shape[1]
    block = max(overlap, math.ceil(n ** (1 / 3) - NOISE), 1)
    if not n or not pairs[1].mean() > 0:
        return None
    skill = float(1 - pairs[0].mean() / pairs[1].mean())
    if n < MIN_BLOCKS * block:
        return SkillInterval(n=n, skill=skill, low=None, high=None, block=block)
    sums = _block_sums(pairs, block)
    starts = np.random.default_rng(seed).integers(0, n, (draws, math.ceil(n / block)))
    own, other = (of[starts].sum(axis=1) for of in sums)
    skills = 1 - own[other > 0] / other[other > 0]
    low, high = np.quantile(skills, [(1 - confidence) / 2, (1 + confidence) / 2])
    return SkillInterval(n=n, skill=skill, low=float(low), high=float(high), block=block)


def _block_sums(pairs: Floats, block: int) -> Floats:
    """Return the sum of the ``block`` losses from each window on, going round: (2, n)."""
    n = pairs.shape[1]
    around = np.concatenate([pairs, pairs[:, : block - 1]], axis=1)
    sums = np.concatenate([np.zeros((2, 1)), np.cumsum(around, axis=1)], axis=1)
    return np.asarray(sums[:, block : block + n] - sums[:, :n])
