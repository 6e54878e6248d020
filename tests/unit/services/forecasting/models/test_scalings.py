"""Scalings as factor and shift."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.preprocessing import MinMaxScaler

from services.forecasting.models.scalings import ColumnScaling

numbers = st.floats(-1e4, 1e4, allow_nan=False).map(lambda value: round(value, 3))


def applied(pair, value):
    return value * pair[0] + pair[1]


@given(numbers, numbers, numbers, numbers, numbers)
def test_scaling_is_scikit_learn_s_and_comes_back(value, start, span, low, width):
    one = ColumnScaling(
        name="a", data_min=start, data_max=start + abs(span) + 1, low=low, high=low + abs(width) + 1
    )
    scaler = MinMaxScaler((one.low, one.high)).fit([[one.data_min], [one.data_max]])
    scaled = applied(one.scaling, value)
    assert scaled == pytest.approx(scaler.transform([[value]])[0, 0], rel=1e-6, abs=1e-5)
    assert applied(one.unscaling, scaled) == pytest.approx(value, rel=1e-6, abs=1e-4)


def test_the_published_scaler_is_met():
    load = ColumnScaling(name="load", data_min=0, data_max=1195.31)
    air = ColumnScaling(name="air", data_min=-10.4, data_max=37.0)
    assert load.scaling[0] == pytest.approx(0.000836603, rel=1e-6)
    assert air.scaling == pytest.approx((0.0210970464, 0.2194092827))


def test_a_constant_column_becomes_the_lower_end_and_comes_back():
    one = ColumnScaling(name="a", data_min=7, data_max=7, low=-1, high=1)
    assert applied(one.scaling, 7) == -1
    assert applied(one.unscaling, 0.3) == 7


def test_it_comes_back_from_json():
    one = ColumnScaling(name="a", data_min=1, data_max=2, minimum=0.0)
    assert ColumnScaling.from_mapping(one.as_mapping()) == one
