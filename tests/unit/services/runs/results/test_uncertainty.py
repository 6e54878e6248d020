"""Intervals of one model's figures, held against statsmodels, scipy and brute force."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binomtest, mannwhitneyu, norm
from sklearn import metrics as sk
from statsmodels.stats.proportion import proportion_confint

from services.runs.results.domain.uncertainty import uncertainty_of
from services.statistics.row_errors import Predictions

TN, FP, FN, TP = 60, 9, 4, 41
CONFUSION = [[TN, FP], [FN, TP]]
SHARES = {
    "accuracy": (TN + TP, TN + FP + FN + TP),
    "recall": (TP, TP + FN),
    "precision": (TP, TP + FP),
    "specificity": (TN, TN + FP),
}


def predictions(rows: int = 150, seed: int = 1, patients: int | None = None) -> Predictions:
    draw = np.random.default_rng(seed)
    targets = draw.integers(0, 2, rows)
    return Predictions(
        rows=np.arange(rows),
        units=np.arange(rows) if patients is None else np.arange(rows) % patients,
        targets=targets,
        logits=(draw.normal(0, 1, rows) + 1.6 * (targets - 0.5))[:, None],
        losses=draw.exponential(0.4, rows),
    )


def ends(found) -> tuple[float, float]:
    return found.low, found.high


@pytest.mark.parametrize("metric", SHARES)
def test_a_share_of_rows_has_the_interval_of_statsmodels_and_scipy(metric):
    part, whole = SHARES[metric]
    found = uncertainty_of(metric, part / whole, CONFUSION, None)
    assert ends(found) == pytest.approx(proportion_confint(part, whole, method="wilson"))
    by_scipy = binomtest(part, whole).proportion_ci(method="wilson")
    assert ends(found) == pytest.approx((by_scipy.low, by_scipy.high))
    assert (found.method, found.units) == ("wilson", whole)


def test_a_perfect_score_is_not_certain():
    found = uncertainty_of("accuracy", 1.0, [[30, 0], [0, 10]], None)
    assert ends(found) == pytest.approx(proportion_confint(40, 40, method="wilson"))
    assert (found.high, found.low < 0.92) == (1.0, True)


def test_accuracy_over_several_classes_is_a_share_and_its_recall_is_not():
    matrix = [[10, 1, 1], [2, 20, 0], [0, 3, 13]]
    found = uncertainty_of("accuracy", 43 / 50, matrix, None)
    assert ends(found) == pytest.approx(proportion_confint(43, 50, method="wilson"))
    assert uncertainty_of("recall", 0.85, matrix, None) is None


def delong_error(of: Predictions) -> tuple[float, float]:
    """The variance of DeLong et al. (1988), equation by equation over all pairs of rows."""
    scores = of.logits[:, 0]
    positive, negative = scores[of.targets == 1], scores[of.targets == 0]
    kernel = (positive[:, None] > negative) + 0.5 * (positive[:, None] == negative)
    v10, v01 = kernel.mean(axis=1), kernel.mean(axis=0)
    variance = v10.var(ddof=1) / len(v10) + v01.var(ddof=1) / len(v01)
    return float(kernel.mean()), math.sqrt(variance)


def wilson_of(value: float, error: float) -> tuple[float, float]:
    """Wilson's interval by its formula, at the size that a share would need for this error."""
    z, size = norm.ppf(0.975), value * (1 - value) / error**2
    middle = (value + z**2 / (2 * size)) / (1 + z**2 / size)
    reach = z / (1 + z**2 / size) * math.sqrt(value * (1 - value) / size + (z / (2 * size)) ** 2)
    return middle - reach, middle + reach


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_auroc_has_the_error_of_delong(seed):
    of = predictions(seed=seed)
    value, error = delong_error(of)
    scores = of.logits[:, 0]
    by_ranks = mannwhitneyu(scores[of.targets == 1], scores[of.targets == 0]).statistic
    assert value == pytest.approx(by_ranks / np.prod(np.bincount(of.targets)))
    found = uncertainty_of("auroc", value, CONFUSION, of)
    assert ends(found) == pytest.approx(wilson_of(value, error), rel=1e-9)
    assert found.method == "delong"


@pytest.mark.full
@pytest.mark.parametrize("metric", ["f1_score", "loss"])
def test_f1_and_loss_have_about_the_error_of_resampling(metric):
    of = predictions(rows=400)
    said = (of.logits[:, 0] > 0).astype(int)

    def score(rows) -> float:
        if metric == "loss":
            return float(of.losses[rows].mean())
        return float(sk.f1_score(of.targets[rows], said[rows]))

    draw = np.random.default_rng(0)
    drawn = [score(draw.integers(0, 400, 400)) for _ in range(1000)]
    found = uncertainty_of(metric, score(np.arange(400)), None, of)
    assert found.method == "delta"
    assert found.high - found.low == pytest.approx(2 * 1.96 * np.std(drawn), rel=0.12)


def test_rows_of_one_patient_count_as_one():
    alone, together = predictions(), predictions(patients=30)
    accuracy = float(((alone.logits[:, 0] > 0) == alone.targets).mean())
    right = ((together.logits[:, 0] > 0) == together.targets).astype(float)
    sums = np.bincount(together.units, right - accuracy) / len(right)
    found = uncertainty_of("accuracy", accuracy, None, together)
    error = math.sqrt(sums @ sums * 150 / 149)
    assert ends(found) == pytest.approx(wilson_of(accuracy, error), rel=1e-9)
    assert (found.method, found.units) == ("clusters", 30)
    counted = [[1, 2], [3, 4]]
    assert uncertainty_of("accuracy", accuracy, counted, together).method == "clusters"


def test_a_figure_that_the_rows_do_not_reproduce_has_no_interval():
    of = predictions()
    assert uncertainty_of("auroc", delong_error(of)[0] + 0.01, None, of) is None
    assert uncertainty_of("accuracy", 0.5, CONFUSION, None) is None
    assert uncertainty_of("accuracy", float("nan"), CONFUSION, None) is None
    assert uncertainty_of("mase", 0.5, CONFUSION, of) is None


def test_without_rows_nothing_is_known():
    assert uncertainty_of("auroc", 0.9, CONFUSION, None) is None
    assert uncertainty_of("accuracy", 0.9, None, None) is None
    assert uncertainty_of("recall", 0.0, [[5, 0], [0, 0]], None) is None
    one_class = replace(predictions(), targets=np.zeros(150, dtype=np.int64))
    assert uncertainty_of("auroc", 0.5, None, one_class) is None
