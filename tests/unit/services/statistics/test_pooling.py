import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.meta_analysis import combine_effects

from services.statistics.pooling import pooled_effect
from tests.support.depth import examples

PARTS = st.lists(st.tuples(st.floats(-2, 2), st.floats(0.05, 1)), min_size=2, max_size=12)


@given(parts=PARTS)
@settings(max_examples=examples(15))
def test_fixed_and_random_effect_are_those_of_statsmodels(parts):
    effects, errors = map(np.array, zip(*parts, strict=True))
    ours = pooled_effect(effects, errors)
    with np.errstate(all="ignore"):  # a negative τ² of theirs may weigh an effect by infinity
        theirs = combine_effects(effects, errors**2, method_re="dl")
    assert ours.mean == pytest.approx(theirs.mean_effect_fe)
    assert ours.se == pytest.approx(theirs.sd_eff_w_fe)
    assert ours.q == pytest.approx(theirs.q)
    assert ours.tau2 == pytest.approx(max(theirs.tau2, 0), abs=1e-9)
    if theirs.tau2 > 0:
        assert ours.mean_random == pytest.approx(theirs.mean_effect_re)
        assert ours.se_random == pytest.approx(theirs.sd_eff_w_re)


def test_effects_without_an_error_stay_out():
    assert pooled_effect([1.0, 2.0], [None, 0.0]) is None
    assert pooled_effect([1.0, 2.0, 3.0], [None, 0.0, 0.5]).mean == 3
