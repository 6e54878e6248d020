"""Whether differences have a side: their signs flipped, exact while that can be counted."""

import numpy as np
from numpy.typing import NDArray

from services.statistics.permutation import PermutationP, blocks

Ints = NDArray[np.int64]

MAX_CONVOLUTION = 50_000_000  # additions of an exact sign flip


def sign_flip_p(
    totals: Ints, generator: np.random.Generator, resamples: int = 1_000
) -> PermutationP | None:
    """Return how often |Σ ±d| is at least |Σ d| over the signs of n units; None of no units.

    Fisher, "The Design of Experiments", 1935. ``totals`` (n,) are whole numbers. Exact by
    convolution of the distribution of the sum, however many units, while that is small.
    """
    if not len(totals):
        return None
    sizes = np.abs(totals[totals != 0])
    seen = abs(int(totals.sum()))
    if len(sizes) * int(sizes.sum()) <= MAX_CONVOLUTION:
        p_value = _tail_of_signs(sizes, seen)
        return PermutationP(p_value=p_value, is_exact=True, relabelings=2 ** min(len(sizes), 62))
    if resamples <= 0:
        return None
    kinds, numbers = np.unique(sizes, return_counts=True)
    hits = 0
    for block in blocks(resamples, len(kinds)):
        flipped = 2 * generator.binomial(numbers, 0.5, (block, len(kinds))) - numbers
        hits += int((np.abs(flipped @ kinds) >= seen).sum())
    p_value = (hits + 1) / (resamples + 1)
    return PermutationP(p_value=p_value, is_exact=False, relabelings=resamples)


def _tail_of_signs(sizes: Ints, seen: int) -> float:
    """Return P(|Σ ±size| ≥ seen): Σ ±size = 2·(sum of a random half) - Σ size."""
    total = int(sizes.sum())
    shares = np.zeros(total + 1)
    shares[0], filled = 1.0, 0
    for size in sizes.tolist():
        shares[size : filled + size + 1] += shares[: filled + 1].copy()
        filled += size
        shares[: filled + 1] /= 2
    tail = float(shares[: (total - seen) // 2 + 1].sum())
    return min(1.0, 2 * tail)
