"""Whether two ways are the same for all that matters: equivalence within a margin set before."""


def equivalence_p(mean: float, error: float, n: int, margin: float) -> float:
    """Return the p value of two one-sided t tests against -margin and +margin (TOST).

    The larger of the two (Schuirmann, J. Pharmacokinet. Biopharm. 15, 1987). ``error`` is the
    standard error of ``mean`` over ``n`` pairs, two or more.
    """
    from scipy.special import stdtr  # the web process starts without it

    above = float(stdtr(n - 1, -(mean + margin) / error))
    below = float(stdtr(n - 1, (mean - margin) / error))
    return max(above, below)


def lies_within(low: float, high: float, margin: float) -> bool:
    """Return whether an interval lies inside ±margin.

    Of a 90 % interval that is TOST at 5 %; of a wider one it is stricter.
    """
    return -margin < low and high < margin
