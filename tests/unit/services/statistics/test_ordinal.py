import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from services.statistics.ordinal import (
    cliffs_delta,
    compared_ranks,
    counted,
    kruskal_wallis,
    mann_whitney,
    moments_of_counts,
)
from tests.support.depth import examples

GROUP = st.lists(st.integers(1, 5), min_size=1, max_size=30)


@given(a=GROUP, b=GROUP)
@settings(max_examples=examples(20))
def test_mann_whitney_is_that_of_scipy(a, b):
    ours = mann_whitney(*counted(a, b))
    for continuity, p_value in ((False, ours.p_value), (True, ours.p_with_continuity)):
        theirs = stats.mannwhitneyu(a, b, method="asymptotic", use_continuity=continuity)
        assert ours.u1 == theirs.statistic
        if len(set(a + b)) > 1:  # all values equal: scipy divides by 0
            assert p_value == pytest.approx(min(theirs.pvalue, 1), abs=1e-12)


@given(a=GROUP, b=GROUP)
def test_cliffs_delta_counts_the_pairs_and_turns_its_sign_with_them(a, b):
    first, second = counted(a, b)
    pairs = np.sign(np.subtract.outer(a, b)).mean()
    assert cliffs_delta(first, second) == pytest.approx(pairs)
    assert cliffs_delta(second, first) == pytest.approx(-pairs)
    assert mann_whitney(first, second).superiority == pytest.approx((1 - pairs) / 2)


@settings(max_examples=examples(20))
@given(groups=st.lists(GROUP, min_size=2, max_size=5))
def test_kruskal_wallis_is_that_of_scipy(groups):
    ours = kruskal_wallis(counted(*groups))
    if len({value for group in groups for value in group}) == 1:
        assert ours.h_stat is ours.p_value is ours.eta_squared is None
        return
    theirs = stats.kruskal(*groups)
    assert ours.h_stat == pytest.approx(theirs.statistic, abs=1e-9)
    assert ours.p_value == pytest.approx(theirs.pvalue, abs=1e-9)


def test_an_empty_side_has_no_delta():
    assert np.isnan(cliffs_delta(np.array([1, 2]), np.array([0, 0])))


@given(base=GROUP, others=st.lists(GROUP, min_size=1, max_size=4))
@settings(max_examples=examples(20))
def test_groups_compared_at_once_are_what_they_are_alone(base, others):
    counts = counted(base, *others)
    together = compared_ranks(counts[0], counts[1:])
    assert together == [mann_whitney(counts[0], one) for one in counts[1:]]


@given(groups=st.lists(GROUP, min_size=1, max_size=4))
@settings(max_examples=examples(20))
def test_moments_of_counts_are_those_of_numpy(groups):
    n, mean, variance = moments_of_counts(counted(*groups), np.unique(np.concatenate(groups)))
    assert n.tolist() == [len(one) for one in groups]
    assert mean == pytest.approx([np.mean(one) for one in groups])
    expected = [np.var(one, ddof=1) if len(one) > 1 else np.nan for one in groups]
    assert variance == pytest.approx(expected, abs=1e-12, nan_ok=True)
