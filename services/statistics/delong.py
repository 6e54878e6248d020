"""The area under the ROC curve with its error, for several models on the same rows.

DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988), by the midranks of Sun and Xu, "Fast
Implementation of DeLong's Algorithm", IEEE Signal Processing Letters 21 (2014): O(n log n).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Placements:
    """AUROC (k,) of k models, and the structural components of each row.

    ``positive`` (k, m) is the share of the negatives that a positive row is placed above,
    ``negative`` (k, n) the share of the positives that a negative row is placed below.
    """

    auroc: Floats
    positive: Floats
    negative: Floats

    @property
    def covariance(self) -> Floats:
        """Return the covariance matrix (k, k) of the k areas; needs two rows of either class."""
        parts = [np.cov(one) / one.shape[1] for one in (self.positive, self.negative)]
        return np.asarray(np.atleast_2d(parts[0] + parts[1]))


def placements(scores: Floats, targets: NDArray[np.bool_]) -> Placements:
    """Return the areas of ``scores`` (k, rows) against ``targets`` (rows,); ties count half.

    Both classes must be there.
    """
    from scipy.stats import rankdata  # the web process starts without it

    scores = np.atleast_2d(scores)
    positive, negative = scores[:, targets], scores[:, ~targets]
    m, n = positive.shape[1], negative.shape[1]
    ranks = rankdata(scores, axis=1)  # average ranks of ties: midranks
    above = (ranks[:, targets] - rankdata(positive, axis=1)) / n
    below = 1 - (ranks[:, ~targets] - rankdata(negative, axis=1)) / m
    return Placements(auroc=above.mean(axis=1), positive=above, negative=below)
