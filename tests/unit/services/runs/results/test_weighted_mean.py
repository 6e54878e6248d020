"""A weighted mean lies between its values, and a missing one takes no part."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.runs.results.domain.aggregation import weighted_mean

VALUES = st.floats(-1e6, 1e6, allow_nan=False)
WEIGHTS = st.integers(1, 10_000)
PAIRS = st.lists(st.tuples(VALUES, WEIGHTS), min_size=1, max_size=40)


@given(PAIRS)
def test_it_is_the_mean_of_numpy(pairs):
    values, weights = zip(*pairs, strict=True)
    expected = np.average(values, weights=weights)
    assert weighted_mean(values, weights) == pytest.approx(expected, rel=1e-9, abs=1e-6)


@given(PAIRS)
def test_it_lies_between_the_least_and_the_greatest_value(pairs):
    values, weights = zip(*pairs, strict=True)
    assert min(values) <= weighted_mean(values, weights) <= max(values)


@given(VALUES, st.lists(WEIGHTS, min_size=1, max_size=40))
def test_equal_values_are_their_own_mean(value, weights):
    assert weighted_mean([value] * len(weights), weights) == value


@given(PAIRS, st.sampled_from([None, math.nan, math.inf, -math.inf]), WEIGHTS)
def test_a_missing_value_is_left_out_with_its_weight(pairs, missing, weight):
    values, weights = zip(*pairs, strict=True)
    assert weighted_mean([*values, missing], [*weights, weight]) == weighted_mean(values, weights)


def test_two_values_by_hand():
    assert weighted_mean([0.5, 1.0], [1, 3]) == 0.875


@pytest.mark.parametrize(("values", "weights"), [([], []), ([None], [3]), ([1.0], [0])])
def test_without_a_value_or_a_weight_there_is_none(values, weights):
    assert weighted_mean(values, weights) is None


@pytest.mark.parametrize("value", [1e308, -1e308])
def test_values_near_the_end_of_the_floats_do_not_overflow(value):
    assert weighted_mean([value, value, value], [5, 7, 9]) == value
