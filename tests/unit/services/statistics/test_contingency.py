import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import mcnemar as reference

from services.statistics.contingency import mcnemar
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
