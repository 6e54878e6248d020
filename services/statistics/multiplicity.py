"""Several comparisons at once: adjusted p values, and intervals that hold together."""

from collections.abc import Sequence

from services.statistics.interval import CONFIDENCE

ALPHA = 1 - CONFIDENCE


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Return the p values adjusted for being a family (Holm, Scand. J. Statist. 6, 1979).

    An unknown p value stays unknown and does not count as a member.
    """
    known = sorted((p, place) for place, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    largest = 0.0
    for rank, (p, place) in enumerate(known):
        largest = max(largest, min(1.0, (len(known) - rank) * p))
        adjusted[place] = largest
    return adjusted


def simultaneous_confidence(family: int) -> float:
    """Return the confidence of each of ``family`` intervals that hold together with 95 %.

    1 - 0.05/k (Dunn, "Multiple Comparisons among Means", J. Am. Stat. Assoc. 56, 1961).
    """
    return 1 - ALPHA / max(family, 1)


def agreeing_with_holm(
    low: float, high: float, mean: float, p_holm: float | None
) -> tuple[float, float]:
    """Return a simultaneous interval that leaves out the side of zero that Holm's test rejects.

    Holm's test is stronger than the intervals of ``simultaneous_confidence``: it may reject zero
    where the interval still holds it. The region that belongs to the test then ends at zero: the
    sign is sure, its distance from zero is not (Guilbaud, Biometrical Journal 50, 2008;
    Strassburger and Bretz, Statistics in Medicine 27, 2008).
    """
    if p_holm is None or p_holm >= ALPHA or not low <= 0 <= high:
        return low, high
    return (0.0, high) if mean > 0 else (low, 0.0)


def benjamini_hochberg(p_values: Sequence[float | None]) -> list[float]:
    """Return the q value of each p value: the false discovery rate at which it is reported.

    q_(i) = min over j ≥ i of p_(j)·m/j, at most 1 (Benjamini and Hochberg, J. R. Stat. Soc. B 57,
    1995). An unknown p value counts as 1: a test that was planned is a member of its family.
    """
    m = len(p_values)
    known = sorted(
        ((1.0 if p is None else p, place) for place, p in enumerate(p_values)), reverse=True
    )
    adjusted, smallest = [1.0] * m, 1.0
    for above, (p, place) in enumerate(known):
        smallest = min(smallest, p * m / (m - above))
        adjusted[place] = smallest
    return adjusted
