"""Ratings of one question that differ in one factor of its prompt only: cells."""

import numpy as np

from services.benchmarks.domain.ratings import Ints, Ratings

ORDER, REPEAT = "order", "repeat"


def factors_of(ratings: Ratings) -> dict[str, Ints]:
    """Return the factors of prompts by name, each (n,): the order of the scale comes first."""
    return {ORDER: ratings.is_reversed.astype(np.int64), **ratings.factors}


def cells_of(ratings: Ratings, left_out: str) -> Ints:
    """Return a number (n,) that is equal where everything but the factor ``left_out`` is."""
    keys = ratings.person * len(ratings.traits) + ratings.trait
    if not len(keys):
        return keys
    for name, column in factors_of(ratings).items():
        if name == left_out or not np.ptp(column):
            continue
        _, codes = np.unique(column, return_inverse=True)
        keys = keys * (int(codes.max()) + 1) + codes.reshape(-1)
    _, cells = np.unique(keys, return_inverse=True)
    return np.asarray(cells.reshape(-1))
