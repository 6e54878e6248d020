import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact
from statsmodels.stats.contingency_tables import mcnemar as reference

from services.statistics.contingency import fisher_exact_p, mcnemar
from tests.support.depth import examples

PAIRS = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40)


@given(pairs=PAIRS)
@settings(max_examples=examples(15))
def test_mcnemars_p_values_are_those_of_statsmodels(pairs):
    first, second = np.array(pairs).T
    ours = mcnemar(first, second)
    assert ours.p_exact == pytest.approx(reference(ours.table, exact=True).pvalue)
    if (first == second).all():
        assert ours.p_chi2 == ours.p_chi2_corrected == 1
        return
    for correction, p_value in ((False, ours.p_chi2), (True, ours.p_chi2_corrected)):
        theirs = reference(ours.table, exact=False, correction=correction).pvalue
        if correction and first.sum() == second.sum():  # theirs corrects beyond 0
            assert p_value == 1
        else:
            assert p_value == pytest.approx(theirs)


@given(n=st.integers(0, 40), other_n=st.integers(0, 60), data=st.data())
@settings(max_examples=examples(30))
def test_fishers_p_is_that_of_scipy(n, other_n, data):
    hits, other = (data.draw(st.integers(0, size)) for size in (n, other_n))
    theirs = fisher_exact([[hits, n - hits], [other, other_n - other]]).pvalue
    assert fisher_exact_p(hits, n, other, other_n) == pytest.approx(float(theirs), rel=1e-9)


def test_fishers_p_of_half_a_million_items_is_that_of_scipy():
    theirs = fisher_exact([[310, 24_690], [5_000, 495_000]]).pvalue
    assert fisher_exact_p(310, 25_000, 5_000, 500_000) == pytest.approx(float(theirs), rel=1e-9)
    assert 0 < fisher_exact_p(0, 2_000, 700, 2_000) < 1e-200
