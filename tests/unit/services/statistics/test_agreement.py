import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.inter_rater import cohens_kappa

from services.statistics.agreement import agreement, correlations, icc_2_1, table_of_pairs
from tests.support.depth import examples

PAIRS = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=2, max_size=40)


def table(pairs):
    first, second = np.array(pairs).T
    return first, second, table_of_pairs(first, second, 5)


@given(pairs=PAIRS)
@settings(max_examples=examples(20))
def test_correlations_are_those_of_scipy(pairs):
    first, second, counts = table(pairs)
    ours = correlations(counts)
    if len(set(first)) == 1 or len(set(second)) == 1:
        assert ours.pearson is ours.spearman is ours.kendall is None
        return
    assert ours.pearson == pytest.approx(stats.pearsonr(first, second).statistic)
    assert ours.spearman == pytest.approx(stats.spearmanr(first, second).statistic)
    assert ours.kendall == pytest.approx(stats.kendalltau(first, second).statistic)


@given(pairs=PAIRS)
@settings(max_examples=examples(15))
def test_kappa_is_that_of_statsmodels(pairs):
    first, second, counts = table(pairs)
    if len(set(first) | set(second)) == 1:
        assert agreement(counts).kappa is None
        return
    ours = agreement(counts)
    for value, weights in ((ours.kappa, None), (ours.kappa_quadratic, "quadratic")):
        theirs = cohens_kappa(counts, wt=weights, return_results=False)
        assert value == pytest.approx(theirs, abs=1e-9)


@given(pairs=PAIRS)
@settings(max_examples=examples(20))
def test_the_intraclass_correlation_is_that_of_the_table_of_variances(pairs):
    values = np.array(pairs, dtype=float)
    n = len(values)
    rows, columns = values.mean(axis=1, keepdims=True), values.mean(axis=0, keepdims=True)
    msr = 2 * rows.var(ddof=1)
    msc = n * columns.var(ddof=1)
    mse = ((values - rows - columns + values.mean()) ** 2).sum() / (n - 1)
    bottom = msr + mse + 2 * (msc - mse) / n
    ours = icc_2_1(table(pairs)[2])
    assert ours is None if bottom <= 0 else ours == pytest.approx((msr - mse) / bottom)
