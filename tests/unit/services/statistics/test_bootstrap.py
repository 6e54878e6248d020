import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from services.statistics.bootstrap import percentiles
from tests.support.depth import examples

VALUES = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=60)


@given(values=VALUES, confidence=st.floats(0.01, 0.999))
@settings(max_examples=examples(30))
def test_percentiles_are_those_of_numpy(values, confidence):
    ours, tail = percentiles(np.array(values), confidence), (1 - confidence) / 2
    assert [ours.low, ours.high] == np.quantile(values, [tail, 1 - tail]).tolist()
    assert ours.error == np.std(values, ddof=1)


def test_values_that_are_not_finite_are_left_out():
    ours = percentiles(np.array([np.nan, 1.0, np.inf, 3.0]))
    assert (ours.draws, ours.low < 2 < ours.high) == (2, True)
    assert percentiles(np.array([np.nan, 1.0])) is None
