"""Federated sums give the scaling of all rows together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from services.runs.training.data.scaling import Moments, together

VALUES = st.floats(-1e6, 1e6, width=32)


@given(arrays(np.float32, st.tuples(st.integers(3, 40), st.just(2)), elements=VALUES))
def test_sums_of_sites_are_those_of_all_rows(x):
    parts = together([Moments.of(x[:1]), Moments.of(x[1:2]), Moments.of(x[2:])])
    exact = x.astype(np.float64)
    scale = np.abs(exact).max() + 1
    assert parts.n == len(x)
    np.testing.assert_allclose(parts.mean, exact.mean(axis=0), atol=1e-12 * scale)
    np.testing.assert_allclose(
        parts.spread / parts.n, exact.var(axis=0), rtol=1e-9, atol=1e-12 * scale**2
    )


def test_a_large_mean_does_not_swallow_the_deviation():
    x = np.array([1e9, 1e9 + 1, 1e9 + 2], dtype=np.float64)[:, None]
    joint = together([Moments.of(x[:1]), Moments.of(x[1:])])
    assert joint.spread[0] / 3 == pytest.approx(2 / 3)


def test_a_feature_that_never_changes_is_divided_by_one():
    x = np.full((10, 1), 0.1, dtype=np.float32)
    assert together([Moments.of(x[:3]), Moments.of(x[3:])]).deviation.tolist() == [1.0]
