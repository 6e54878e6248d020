"""The statistics of studies, held against scipy and statsmodels."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests

from services.statistics.interval import Interval, t_interval
from services.studies.domain.sentence import sentence_for
from services.studies.domain.statistics import holm, paired_test
from tests.support.depth import examples

SCORE = st.integers(0, 1000).map(lambda thousandths: thousandths / 1000)
SCORES = st.lists(SCORE, min_size=2, max_size=20)


@settings(max_examples=examples(12), deadline=None)
@given(st.lists(st.tuples(SCORE, SCORE), min_size=3, max_size=20))
def test_without_shared_rows_the_p_values_are_those_of_scipy(pairs):
    first, second = zip(*pairs, strict=True)
    gaps = [one - other for one, other in pairs]
    assume(np.std(gaps) > 1e-5)
    ours = paired_test(first, second)
    assert ours.p_value == pytest.approx(stats.ttest_rel(first, second).pvalue, abs=1e-9)
    assert ours.p_wilcoxon == pytest.approx(stats.wilcoxon(gaps).pvalue)


@given(SCORES, st.floats(0.01, 1))
def test_shared_rows_make_the_interval_wider(values, ratio):
    assume(np.std(values) > 1e-5)
    assert t_interval(values, ratio).margin > t_interval(values).margin


def test_the_corrected_interval_of_a_worked_example():
    # s² = 0.0025, (1/5 + 0.25)·s² = 0.001125, t(4, 0.975) = 2.776445
    found = t_interval([0.80, 0.85, 0.90, 0.95, 0.875 - 0.05], 0.25)
    spread = stats.tstd([0.80, 0.85, 0.90, 0.95, 0.825])
    assert found.mean == pytest.approx(0.865)
    assert found.margin == pytest.approx(2.776445 * (0.45**0.5) * spread, rel=1e-6)


def test_one_seed_has_a_mean_and_no_interval():
    assert t_interval([0.8]) == Interval(n=1, mean=0.8, low=None, high=None)
    assert paired_test([0.8], [0.7]).p_value is None


def test_equal_seeds_prove_nothing_and_a_constant_gap_everything():
    assert paired_test([0.5, 0.5, 0.5], [0.5, 0.5, 0.5]).p_value == 1.0
    assert paired_test([1.0, 1.0], [0.5, 0.5]).p_value == 0.0


@settings(max_examples=examples(6), deadline=None)  # theirs takes a fifth of a second
@given(st.lists(st.floats(0, 1), min_size=3, max_size=8))
def test_holm_adjusts_as_statsmodels_does(p_values):
    theirs = multipletests(p_values, method="holm")[1]
    assert holm(p_values) == pytest.approx(list(theirs))


def test_an_unknown_p_value_stays_unknown_and_counts_for_nothing():
    assert holm([0.04, None, 0.01]) == [0.04, None, 0.02]


def interval(mean: float, margin: float) -> Interval:
    return Interval(n=5, mean=mean, low=mean - margin, high=mean + margin)


@pytest.mark.parametrize(
    ("metric", "central", "smallest", "said"),
    [
        (
            "auroc",
            interval(-0.008, 0.005),
            interval(0.041, 0.01),
            (
                "Federated training loses 0.8 ± 0.5 points of AUROC against central training and "
                "gains 4.1 ± 1.0 points of AUROC for the smallest site."
            ),
        ),
        (
            "accuracy",
            interval(-0.002, 0.005),
            None,
            (
                "Federated training shows no difference against central training "
                "(−0.2 ± 0.5 points of accuracy)."
            ),
        ),
        (
            "loss",
            interval(0.02, 0.01),
            None,
            "Federated training loses 0.0200 ± 0.0100 of loss against central training.",
        ),
        ("recall", None, None, None),
    ],
)
def test_the_sentence_says_who_gains_and_who_loses(metric, central, smallest, said):
    assert sentence_for(metric, central, smallest) == said
