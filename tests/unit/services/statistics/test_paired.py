"""Paired tests, families and equivalence, held against scipy and statsmodels."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.weightstats import ttost_paired

from services.statistics.equivalence import equivalence_p, lies_within
from services.statistics.interval import standard_error, t_quantile
from services.statistics.multiplicity import agreeing_with_holm, holm, simultaneous_confidence
from services.statistics.paired import paired_test
from tests.support.depth import examples

SCORE = st.integers(0, 1000).map(lambda thousandths: thousandths / 1000)
PAIR = st.tuples(SCORE, SCORE)
PAIRS = st.lists(PAIR, min_size=3, max_size=20)
# with ties scipy tries all 2^n signs up to 13 pairs and takes the normal distribution from 14 on
FEW_OR_MANY = st.lists(PAIR, min_size=3, max_size=8) | st.lists(PAIR, min_size=14, max_size=20)


@settings(max_examples=examples(30), deadline=None)
@given(FEW_OR_MANY)
def test_without_shared_rows_the_p_values_are_those_of_scipy(pairs):
    first, second = zip(*pairs, strict=True)
    gaps = [one - other for one, other in pairs]
    assume(np.std(gaps) > 1e-5)
    ours = paired_test(first, second)
    assert ours.p_value == pytest.approx(stats.ttest_rel(first, second).pvalue, abs=1e-9)
    assert ours.p_wilcoxon == pytest.approx(stats.wilcoxon(gaps).pvalue)


@settings(max_examples=examples(20), deadline=None)
@given(PAIRS, st.floats(0.005, 0.5))
def test_equivalence_is_that_of_statsmodels_and_of_the_90_percent_interval(pairs, margin):
    first, second = np.array(pairs).T
    assume(np.std(first - second) > 1e-5)
    ours = paired_test(first, second)
    p = equivalence_p(ours.mean, ours.error, ours.n, margin)
    assert p == pytest.approx(ttost_paired(first, second, -margin, margin)[0], abs=1e-9)
    reach = t_quantile(ours.n - 1, 0.90) * ours.error
    assume(abs(p - 0.05) > 1e-9)
    assert (p < 0.05) is lies_within(ours.mean - reach, ours.mean + reach, margin)


def test_the_corrected_error_of_a_worked_example():
    # s² of 0.80 0.85 0.90 0.95 0.825 is 0.003625; (1/5 + 0.25)·s² = 0.00163125
    values = np.array([0.80, 0.85, 0.90, 0.95, 0.825])
    assert standard_error(values, 0.25) == pytest.approx(0.00163125**0.5)


def test_the_split_that_was_used_moves_the_p_value():
    # t(4) = 3.6316 with a ratio of 0.25; 30 % test and 20 % of the rest for validation: 0.3/0.56
    gaps = np.array([-2.0, -1.0, 0.0, 1.0, 2.0]) * 0.01
    error = standard_error(gaps, 0.25)
    first = gaps + stats.t.isf(0.011, 4) * error
    usual = paired_test(first, np.zeros(5), 0.25).p_value
    right = paired_test(first, np.zeros(5), 0.3 / 0.56).p_value
    assert (usual, round(right, 3)) == (pytest.approx(0.022), 0.047)


@given(st.lists(SCORE, min_size=2, max_size=20), st.floats(0.01, 1))
def test_shared_rows_make_the_error_larger(values, ratio):
    assume(np.std(values) > 1e-5)
    array = np.array(values)
    assert standard_error(array, ratio) > standard_error(array)


def test_one_pair_has_a_difference_and_no_error():
    test = paired_test([0.8], [0.7], 0.25, 0.01)
    assert (test.n, test.error, test.p_value, test.p_wilcoxon) == (1, None, None, None)
    assert paired_test([], []) is None


@pytest.mark.parametrize("n", [2, 3, 10])
def test_equal_differences_never_prove_more_than_the_rows_do(n):
    alone = paired_test([0.95] * n, [0.941] * n)
    assert (alone.error, alone.p_value) == (None, None)
    floored = paired_test([0.95] * n, [0.941] * n, floor=0.006)
    assert floored.error == 0.006
    assert 0.05 < floored.p_value < 1


def test_equal_values_differ_by_nothing():
    assert paired_test([0.5] * 3, [0.5] * 3).p_value == 1.0


@settings(max_examples=examples(8), deadline=None)  # theirs takes a fifth of a second
@given(st.lists(st.floats(0, 1), min_size=3, max_size=8))
def test_holm_adjusts_as_statsmodels_does(p_values):
    theirs = multipletests(p_values, method="holm")[1]
    assert holm(p_values) == pytest.approx(list(theirs))


def test_an_unknown_p_value_stays_unknown_and_counts_for_nothing():
    assert holm([0.04, None, 0.01]) == [0.04, None, 0.02]


def test_an_interval_leaves_out_the_side_that_holm_rejects():
    assert simultaneous_confidence(3) == pytest.approx(1 - 0.05 / 3)
    assert agreeing_with_holm(-0.03, 0.01, -0.01, 0.04) == (-0.03, 0.0)
    assert agreeing_with_holm(-0.01, 0.03, 0.01, 0.04) == (0.0, 0.03)
    assert agreeing_with_holm(-0.01, 0.03, 0.01, 0.06) == (-0.01, 0.03)
    assert agreeing_with_holm(0.01, 0.03, 0.02, 0.04) == (0.01, 0.03)
