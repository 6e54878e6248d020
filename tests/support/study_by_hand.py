"""What a study of two classes must say, counted again from what its models predicted.

Written from the sources that the study cites, with numpy, scikit-learn, scipy and statsmodels, and
without a line of ``services.statistics`` or ``services.studies``:

- the influence of a row is the infinitesimal jackknife (Efron, 1982): the derivative of the metric
  by the weight of the row, here as a difference quotient; with n/(n-1) it gives DeLong's variance
  of an AUROC and the unbiased one of a share;
- rows of one patient are summed before squaring (Liang and Zeger, 1986);
- seeds share rows: (1/n + test/train) s² (Nadeau and Bengio, 2003);
- intervals of shares: Wilson's, with the effective sample size (Korn and Graubard, 1998);
- several comparisons: Holm for p values, Dunn-Bonferroni for intervals.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import comb, exp, sqrt

import numpy as np
from scipy import stats
from sklearn import metrics as sklearn
from statsmodels.stats.multitest import multipletests

STEP = 1e-5  # of a weight, for the difference quotient
Floats = np.ndarray
SKLEARN: Mapping[str, Callable[..., float]] = {
    "accuracy": sklearn.accuracy_score,
    "precision": sklearn.precision_score,
    "recall": sklearn.recall_score,
    "f1_score": sklearn.f1_score,
}


@dataclass(frozen=True, kw_only=True)
class Model:
    """One finished training: what it said of its test rows, and the rows it was trained on."""

    arm: str
    seed: int
    client: str
    patients: np.ndarray
    targets: np.ndarray
    logits: Floats
    losses: Floats
    train_rows: int
    site_rows: Mapping[str, int] = field(default_factory=dict)

    def defines(self, metric: str) -> bool:
        """Return whether there is such a metric: no precision where nothing was called positive."""
        return metric != "precision" or bool((self.logits > 0).any())

    def score(self, metric: str) -> float:
        """Return the metric by scikit-learn; the loss is a mean over the rows."""
        if metric == "loss":
            return float(self.losses.mean())
        if metric == "auroc":
            return float(sklearn.roc_auc_score(self.targets, self.logits))
        return float(SKLEARN[metric](self.targets, self.logits > 0))

    def weighted(self, metric: str, weights: Floats) -> float:
        """Return the metric where every row counts as often as its weight says."""
        true, said = self.targets == 1, self.logits > 0
        if metric == "loss":
            return float(weights @ self.losses / weights.sum())
        if metric == "accuracy":
            return float(weights @ (true == said) / weights.sum())
        if metric == "auroc":
            above = self.logits[true][:, None] - self.logits[~true][None]
            pairs = weights[true][:, None] * weights[~true][None]
            return float((pairs * ((above > 0) + 0.5 * (above == 0))).sum() / pairs.sum())
        hits = float(weights @ (true & said))
        wholes = {
            "precision": float(weights @ said),
            "recall": float(weights @ true),
            "f1_score": float(weights @ said + weights @ true) / 2,
        }
        return hits / wholes[metric]

    def influences(self, metric: str) -> Floats:
        """Return how the metric moves with the weight of each row, unbiased."""
        ones = np.ones(len(self.targets))
        found = np.empty(len(ones))
        for row in range(len(ones)):
            step = np.zeros(len(ones))
            step[row] = STEP
            rise = self.weighted(metric, ones + step) - self.weighted(metric, ones - step)
            found[row] = rise / (2 * STEP)
        return found * self._unbiased(metric)

    def _unbiased(self, metric: str) -> Floats:
        true, said = self.targets == 1, self.logits > 0
        counted = {
            "loss": np.ones_like(true),
            "accuracy": np.ones_like(true),
            "recall": true,
            "precision": said,
            "f1_score": true | said,
        }
        if metric == "auroc":
            return np.where(true, _root(true.sum()), _root((~true).sum()))
        return np.full(len(true), _root(counted[metric].sum()))


def _root(count: int) -> float:
    return sqrt(count / (count - 1))


def rows_error(metric: str, weights: Sequence[tuple[Model, float]]) -> float:
    """Return the standard error of a weighted sum of metrics that the test rows leave."""
    sums: dict[int, float] = {}
    for model, weight in weights:
        for patient, psi in zip(model.patients.tolist(), model.influences(metric), strict=True):
            sums[patient] = sums.get(patient, 0.0) + weight * psi
    return sqrt(sum(one * one for one in sums.values()))


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Federated minus another arm."""

    n: int
    mean: float
    low: float
    high: float
    p: float
    p_holm: float
    p_wilcoxon: float
    p_equivalence: float


class StudyByHand:
    """The numbers of a study of finished models.

    A model that does not define the metric counts as none; a site without a model in any seed is
    ``left_out`` of the mean of the sites.
    """

    def __init__(self, metric: str, models: Sequence[Model]) -> None:
        seeds = sorted({one.seed for one in models})
        every = sorted({one.client for one in models if one.client})
        models = [one for one in models if one.defines(metric)]
        self.metric, self.models = metric, models
        has = {(one.client, one.seed) for one in models}
        self.left_out = {
            site: lost for site in every if (lost := [s for s in seeds if (site, s) not in has])
        }
        sites = [site for site in every if site not in self.left_out]
        central = {one.seed: [one] for one in models if one.arm == "central"}
        federated = {one.seed: [one] for one in models if one.arm == "federated"}
        local = {
            seed: [one for one in models if one.seed == seed and one.client in sites]
            for seed in seeds
        }
        self.arms: dict[str, dict[int, list[Model]]] = {
            "central": central,
            "federated": federated,
            "local": local,
            "smallest": self._smallest(federated),
        }
        self.sites = {
            site: {one.seed: [one] for one in models if one.client == site} for site in every
        }

    def _smallest(self, federated: Mapping[int, Sequence[Model]]) -> dict[int, list[Model]]:
        """Return the model of the site with the fewest rows in each seed that has one."""
        found = {}
        for seed, (whole,) in federated.items():
            smallest = min(whole.site_rows, key=lambda site: (whole.site_rows[site], site))
            own = [one for one in self.models if (one.seed, one.client) == (seed, smallest)]
            if own:
                found[seed] = own
        return found

    def value(self, models: Sequence[Model]) -> float:
        """Return the plain mean of some models."""
        return float(np.mean([one.score(self.metric) for one in models]))

    def mean(self, arm: Mapping[int, list[Model]]) -> tuple[int, float, float | None, float | None]:
        """Return n, the mean over the seeds and the ends of its 95 % interval."""
        values = [self.value(models) for models in arm.values()]
        n, mean = len(values), float(np.mean(values))
        if n == 1:
            return n, mean, None, None
        error = max(
            sqrt((1 / n + self._test_to_train([arm], arm)) * np.var(values, ddof=1)),
            rows_error(self.metric, [pair for seed in arm for pair in _weights(arm, seed, 1 / n)]),
        )
        return n, mean, *self._ends(mean, error, float(stats.t.ppf(0.975, n - 1)))

    def _ends(self, mean: float, error: float, t: float) -> tuple[float, float]:
        if self.metric == "loss":
            return mean / exp(t * error / mean), mean * exp(t * error / mean)
        return _wilson(mean, error, t)

    def _test_to_train(
        self, arms: Sequence[Mapping[int, list[Model]]], seeds: Sequence[int] | Mapping[int, object]
    ) -> float:
        """Return the mean over the seeds of held-out rows to training rows of the smaller arm."""
        ratios = []
        for seed in seeds:
            models = [one for arm in arms for one in arm[seed]]
            everywhere = sum(self.arms["federated"][seed][0].site_rows.values())
            trained = [one.train_rows if one.arm == "central" else everywhere for one in models]
            ratios.append(max(len(one.targets) for one in models) / min(trained))
        return float(np.mean(ratios))

    def differences(self, margin: float) -> dict[str, Difference]:
        """Return federated minus each other arm; the three are one family."""
        tests = {name: self._test(name) for name in ("central", "local", "smallest")}
        p_values = [_p(*test) for test in tests.values()]
        adjusted = multipletests(p_values, method="holm")[1]
        return {
            name: self._difference(name, test, p, float(p_holm), margin, len(tests))
            for (name, test), p, p_holm in zip(tests.items(), p_values, adjusted, strict=True)
        }

    def _pairs(self, name: str) -> tuple[list[int], Floats]:
        federated, other = self.arms["federated"], self.arms[name]
        seeds = sorted(federated.keys() & other.keys())
        return seeds, np.array([self.value(federated[s]) - self.value(other[s]) for s in seeds])

    def _test(self, name: str) -> tuple[int, float, float]:
        federated, other = self.arms["federated"], self.arms[name]
        seeds, found = self._pairs(name)
        n = len(seeds)
        ratio = self._test_to_train([federated, other], seeds)
        floor = rows_error(
            self.metric,
            [
                pair
                for seed in seeds
                for pair in (*_weights(federated, seed, 1 / n), *_weights(other, seed, -1 / n))
            ],
        )
        error = max(sqrt((1 / n + ratio) * np.var(found, ddof=1)), floor)
        assert error > 0, "models that differ in nothing prove nothing about the arithmetic"
        return n, float(found.mean()), error

    def _difference(
        self,
        name: str,
        test: tuple[int, float, float],
        p: float,
        p_holm: float,
        margin: float,
        family: int,
    ) -> Difference:
        n, mean, error = test
        t = float(stats.t.ppf(1 - 0.05 / family / 2, n - 1))
        low, high = mean - t * error, mean + t * error
        if self.metric != "loss":
            low, high = (2 * end - 1 for end in _wilson((mean + 1) / 2, error / 2, t))
        if p_holm < 0.05 and low <= 0 <= high:  # Holm's test has the last word on the sign
            low, high = (0.0, high) if mean > 0 else (low, 0.0)
        return Difference(
            n=n,
            mean=mean,
            low=low,
            high=high,
            p=p,
            p_holm=p_holm,
            p_wilcoxon=signed_rank_p(self._pairs(name)[1]),
            p_equivalence=max(
                float(stats.t.sf((mean + margin) / error, n - 1)),
                float(stats.t.cdf((mean - margin) / error, n - 1)),
            ),
        )


def _weights(arm: Mapping[int, list[Model]], seed: int, weight: float) -> list[tuple[Model, float]]:
    return [(one, weight / len(arm[seed])) for one in arm[seed]]


def _p(n: int, mean: float, error: float) -> float:
    return float(2 * stats.t.sf(abs(mean / error), n - 1))


def _wilson(share: float, error: float, t: float) -> tuple[float, float]:
    """Return the shares p at which (share - p)² is t² p (1 - p) / n, for the n of the error."""
    size = share * (1 - share) / error**2
    roots = np.roots([1 + t**2 / size, -(2 * share + t**2 / size), share**2])
    return float(roots.min()), float(roots.max())


def signed_rank_p(differences: Floats) -> float:
    """Return Wilcoxon's two-sided p value by going through all signs."""
    told = differences[differences != 0]
    if not len(told):
        return 1.0
    ranks = stats.rankdata(np.abs(told))
    seen = ranks[told > 0].sum()
    sums = [sum(r for r, up in zip(ranks, ups, strict=True) if up) for ups in _signs(len(told))]
    tails = (sum(one <= seen for one in sums), sum(one >= seen for one in sums))
    assert len(sums) == sum(comb(len(told), k) for k in range(len(told) + 1))
    return min(1.0, 2 * min(tails) / len(sums))


def _signs(count: int) -> list[tuple[bool, ...]]:
    return list(product((False, True), repeat=count))
