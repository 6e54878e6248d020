"""Ratings of one question that differ in one factor of its prompt only: cells."""

import numpy as np

from services.benchmarks.domain.ratings import Ints, Ratings

ORDER, REPEAT = "order", "repeat"
SPARSE = 8  # numbers up to so many times their count are counted, not sorted


def factors_of(ratings: Ratings) -> dict[str, Ints]:
    """Return the factors of prompts by name, each (n,): the order of the scale comes first."""
    return {ORDER: ratings.is_reversed.astype(np.int64), **ratings.factors}


def cells_of(ratings: Ratings, left_out: str) -> Ints:
    """Return a number (n,) that is equal where everything but the factor ``left_out`` is."""
    keys = ratings.person * len(ratings.traits) + ratings.trait
    if not len(keys):
        return keys
    for name in varying(ratings):
        if name != left_out:
            codes = _numbered(factors_of(ratings)[name])
            keys = keys * (int(codes.max()) + 1) + codes
    return _numbered(keys)


def varying(ratings: Ratings) -> list[str]:
    """Return the factors that have several values in these ratings, one at least."""
    return [name for name, column in factors_of(ratings).items() if np.ptp(column)]


def _numbered(keys: Ints) -> Ints:
    """Return which of the different ``keys`` (n,), not negative, in rising order each one is."""
    if int(keys.max()) > SPARSE * len(keys):
        return np.asarray(np.unique(keys, return_inverse=True)[1].reshape(-1))
    return np.asarray((np.cumsum(np.bincount(keys) > 0) - 1)[keys])
