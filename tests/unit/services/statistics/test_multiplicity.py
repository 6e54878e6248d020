import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from services.statistics.multiplicity import benjamini_hochberg, holm

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=20)


@given(p_values=P_VALUES)
def test_q_values_are_those_of_statsmodels(p_values):
    theirs = multipletests(p_values, method="fdr_bh")[1]
    assert benjamini_hochberg(p_values) == pytest.approx(theirs.tolist())


@given(p_values=P_VALUES)
def test_holms_p_values_are_those_of_statsmodels(p_values):
    assert holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1].tolist())


@given(p_values=P_VALUES)
def test_q_values_keep_the_order_of_the_p_values(p_values):
    q_values = benjamini_hochberg(p_values)
    assert [q for _, q in sorted(zip(p_values, q_values, strict=True))] == sorted(q_values)
