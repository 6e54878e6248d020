"""Errors from test rows, held against other implementations and against resampling."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk
from statsmodels.stats.contingency_tables import mcnemar

from services.statistics.bootstrap import bootstrap
from services.statistics.delong import placements
from services.statistics.row_errors import (
    JointError,
    Predictions,
    RowErrors,
    min_error,
    row_errors,
)
from tests.support.depth import examples

METRICS = ("accuracy", "auroc", "f1_score", "recall", "precision", "loss")


def predictions(classes: int, rows: int = 240, seed: int = 0, skill: float = 1.5) -> Predictions:
    draw = np.random.default_rng(seed)
    targets = draw.integers(0, classes, rows)
    if classes == 2:
        logits = (draw.normal(0, 1, rows) + skill * (targets - 0.5))[:, None]
    else:
        logits = draw.normal(0, 1, (rows, classes))
        logits[np.arange(rows), targets] += skill
    return Predictions(
        rows=np.arange(rows),
        units=np.arange(rows),
        targets=targets,
        logits=logits,
        losses=draw.exponential(0.5, rows),
    )


def taken(of: Predictions, rows: np.ndarray) -> Predictions:
    return Predictions(
        rows=of.rows[rows],
        units=of.units[rows],
        targets=of.targets[rows],
        logits=of.logits[rows],
        losses=of.losses[rows],
    )


def joined(*parts: tuple[RowErrors, float]) -> JointError:
    joint = JointError()
    for estimate, weight in parts:
        joint.add(estimate, weight)
    return joint


def by_sklearn(metric: str, of: Predictions) -> float:
    average = "binary" if of.is_binary else "macro"
    shares = np.exp(of.logits) / np.exp(of.logits).sum(axis=1, keepdims=True)
    return {
        "accuracy": lambda: sk.accuracy_score(of.targets, of.predicted),
        "recall": lambda: sk.recall_score(of.targets, of.predicted, average=average),
        "precision": lambda: sk.precision_score(of.targets, of.predicted, average=average),
        "f1_score": lambda: sk.f1_score(of.targets, of.predicted, average=average),
        "auroc": lambda: sk.roc_auc_score(
            of.targets, of.logits[:, 0] if of.is_binary else shares, multi_class="ovr"
        ),
        "loss": of.losses.mean,
    }[metric]()


@pytest.mark.parametrize("classes", [2, 4])
@pytest.mark.parametrize("metric", METRICS)
def test_the_value_is_that_of_scikit_learn_and_the_error_that_of_resampling(metric, classes):
    of = predictions(classes)
    estimate = row_errors(metric, of)
    assert estimate.value == pytest.approx(by_sklearn(metric, of))
    error = joined((estimate, 1.0)).error
    resampled = bootstrap(
        lambda rows: row_errors(metric, taken(of, rows)).value, of.units, seed=1, draws=250
    )
    assert error == pytest.approx(resampled.error, rel=0.2)
    assert resampled.low < estimate.value < resampled.high


def delong_by_pairs(scores: np.ndarray, targets: np.ndarray) -> tuple[float, float]:
    """The area and its variance by all pairs of rows, as the paper of 1988 writes them."""
    wins = scores[targets][:, None] - scores[~targets][None, :]
    psi = (wins > 0) + 0.5 * (wins == 0)
    v10, v01 = psi.mean(axis=1), psi.mean(axis=0)
    return psi.mean(), v10.var(ddof=1) / len(v10) + v01.var(ddof=1) / len(v01)


@settings(max_examples=examples(40), deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 8)), min_size=4, max_size=60))
def test_midranks_say_what_all_pairs_say_with_ties(rows):
    targets = np.array([True, True, False, False, *(row[0] for row in rows)])
    scores = np.array([3.0, 5.0, 1.0, 5.0, *(float(row[1]) for row in rows)])
    area, variance = delong_by_pairs(scores, targets)
    ranked = placements(scores[None], targets)
    assert ranked.auroc[0] == pytest.approx(area)
    assert ranked.covariance[0, 0] == pytest.approx(variance, abs=1e-12)
    assert ranked.auroc[0] == pytest.approx(sk.roc_auc_score(targets, scores))


def test_the_error_of_a_difference_of_areas_is_that_of_the_covariance():
    one, other = predictions(2, seed=3), predictions(2, seed=3, skill=0.7)
    targets = one.targets == 1
    both = placements(np.stack([one.logits[:, 0], other.logits[:, 0]]), targets)
    variance = np.array([1, -1]) @ both.covariance @ np.array([1, -1])
    first, second = row_errors("auroc", one), row_errors("auroc", other)
    assert joined((first, 1.0), (second, -1.0)).error == pytest.approx(variance**0.5)


def test_the_error_of_a_difference_of_accuracies_is_that_of_the_discordant_rows():
    one, other = predictions(2, seed=3), predictions(2, seed=3, skill=0.7)
    right = [row.predicted == row.targets for row in (one, other)]
    b, c = (right[0] & ~right[1]).sum(), (~right[0] & right[1]).sum()
    n = len(one.rows)
    parts = [row_errors("accuracy", row) for row in (one, other)]
    error = joined((parts[0], 1.0), (parts[1], -1.0)).error
    assert error**2 == pytest.approx(((b + c) / n - ((b - c) / n) ** 2) / (n - 1))
    # McNemar's statistic is the same difference over its error where there is none
    theirs = mcnemar([[0, b], [c, 0]], exact=False, correction=False).statistic
    assert (b - c) ** 2 / (b + c) == pytest.approx(theirs)


def test_rows_tested_in_every_seed_are_not_taken_for_new_ones():
    estimate = row_errors("accuracy", predictions(2))
    once = joined((estimate, 1.0)).error
    again = joined(*[(estimate, 0.2)] * 5).error
    apart = [replace(estimate, units=estimate.units + 1000 * seed) for seed in range(5)]
    assert again == pytest.approx(once)
    assert joined(*[(one, 0.2) for one in apart]).error == pytest.approx(once / 5**0.5)


def test_rows_of_one_patient_count_as_one():
    estimate = row_errors("accuracy", predictions(2))
    doubled = RowErrors(
        value=estimate.value,
        influence=np.repeat(estimate.influence, 2) / 2,
        units=np.repeat(estimate.units, 2),
        decisive=np.repeat(estimate.decisive, 2),
    )
    assert joined((doubled, 1.0)).error == pytest.approx(joined((estimate, 1.0)).error)
    assert joined((doubled, 1.0)).units == joined((estimate, 1.0)).units


def test_equal_models_differ_by_nothing():
    estimate = row_errors("f1_score", predictions(4))
    assert joined(*[(estimate, 1 / 3)] * 3, (estimate, -1.0)).error == 0.0


def test_no_disagreement_is_no_certainty():
    # Bonett and Price: √(2/n'²), n' = n + 2
    assert min_error(98) == pytest.approx((2 / 100) ** 0.5 / 10)
    assert min_error(98, 0.5) > min_error(98) > min_error(998) > 0
    assert 0 < min_error(1, 1.0) < 1


def test_a_metric_is_decided_by_the_rows_of_its_class():
    of = predictions(2)
    positive = int((of.targets == 1).sum())
    units = {name: joined(*[(row_errors(name, of), 1.0)] * 3).units for name in METRICS}
    assert units["recall"] == units["f1_score"] == positive
    assert units["auroc"] == min(positive, len(of.rows) - positive)
    assert units["accuracy"] == units["loss"] == len(of.rows)
    assert JointError().units == 0


def test_what_is_undefined_is_not_measured():
    of = predictions(2)
    one_class = taken(of, np.flatnonzero(of.targets == 1))
    assert row_errors("auroc", one_class) is None
    assert row_errors("recall", taken(of, np.flatnonzero(of.targets == 0))).value == 0.0
    assert row_errors("loss", taken(of, np.array([], dtype=np.int64))) is None
    broken = Predictions(
        rows=of.rows,
        units=of.units,
        targets=of.targets,
        logits=np.full_like(of.logits, np.nan),
        losses=np.full(len(of.rows), np.nan),
    )
    assert row_errors("auroc", broken) is None
    assert row_errors("loss", broken) is None


def test_a_bootstrap_that_cannot_be_drawn_says_nothing():
    assert bootstrap(lambda rows: np.nan, np.arange(5), seed=1, draws=10) is None
