"""Violins against scipy's kernel density estimate, and what scaling does to them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import gaussian_kde

from services.forecasting.violins.shape import GRID, ViolinShape, violin_shape
from services.forecasting.violins.sketch import DistributionSketch
from tests.support.depth import examples


def shape_of(values, times=None) -> ViolinShape:
    shape = violin_shape(DistributionSketch().add(values, times))
    assert shape is not None
    return shape


@given(st.integers(0, 2**31), st.integers(3, 400))
@settings(max_examples=examples(20))
def test_the_density_is_that_of_scipy(seed, count) -> None:
    draw = np.random.default_rng(seed)
    values = np.round(draw.gamma(2, 3, count), 2)
    if np.ptp(values) == 0:
        return
    shape = shape_of(values)
    assert shape.density == pytest.approx(gaussian_kde(values)(shape.at), rel=1e-6, abs=1e-9)


def test_values_that_occur_often_have_the_density_of_the_repeated_ones() -> None:
    values, times = np.array([1.0, 2.0, 5.0, 9.0]), np.array([4, 1, 7, 2])
    repeated = np.repeat(values, times)
    shape = shape_of(values, times)
    assert shape.density == pytest.approx(gaussian_kde(repeated)(shape.at), rel=1e-9)


def test_a_sketch_of_many_values_has_the_density_of_all_of_them() -> None:
    draw = np.random.default_rng(3)
    values = np.concatenate([draw.normal(-4, 1, 20_000), draw.normal(6, 2, 20_000)])
    sketch = DistributionSketch().add(values)
    assert not sketch.exact
    shape = violin_shape(sketch)
    truth = gaussian_kde(values)(shape.at)
    assert np.abs(shape.density - truth).max() < 0.002 * truth.max()
    assert np.trapezoid(shape.density, shape.at) == pytest.approx(1, abs=0.01)


def test_more_values_than_the_contract_draws_are_not_smoothed_less() -> None:
    values = np.random.default_rng(3).normal(0, 1, 5_000)
    often = shape_of(values, np.full(len(values), 1_000))
    enough = shape_of(values, np.full(len(values), 10))
    assert often.density == pytest.approx(enough.density, rel=1e-3)


def test_whiskers_end_at_the_outermost_values_inside_the_fences() -> None:
    values = [-100.0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 40]
    shape = shape_of(values)
    assert shape.quartiles == tuple(np.quantile(values, [0.25, 0.5, 0.75]))
    assert (shape.whiskers, shape.low, shape.high) == ((1.0, 9.0), -100, 40)


@given(st.floats(0.001, 100), st.floats(-50, 50))
@settings(max_examples=examples(20))
def test_a_scaled_violin_is_that_of_the_scaled_values(scale, shift) -> None:
    values = np.random.default_rng(8).normal(20, 5, 300)
    scaled, direct = shape_of(values).scaled(scale, shift), shape_of(values * scale + shift)
    for name in ("mean", "deviation", "low", "high", "quartiles", "whiskers", "at", "density"):
        expected = getattr(direct, name)
        assert getattr(scaled, name) == pytest.approx(expected, rel=1e-6, abs=1e-7)


def test_a_constant_has_no_density_and_goes_where_its_scaler_puts_it() -> None:
    shape = shape_of([5.0] * 9)
    assert (shape.low, shape.quartiles, shape.whiskers) == (5.0, (5.0,) * 3, (5.0, 5.0))
    assert len(shape.at) == len(shape.density) == 0
    scaled = shape.scaled(0.0, 0.25)
    assert (scaled.low, scaled.high, len(scaled.density)) == (0.25, 0.25, 0)
    assert len(shape_of([5.0, 5.000001]).density) == GRID


def test_nothing_has_no_violin() -> None:
    assert violin_shape(DistributionSketch()) is None
