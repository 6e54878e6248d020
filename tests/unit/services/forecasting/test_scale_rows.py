"""Scaling rows of input columns, and bringing scaled ones back."""

import pytest

from services.forecasting.saved_models import MissingPredictionInput, scale_rows
from services.forecasting.windows.scaling import ColumnScaler, MinMaxScaler, Scalers

COLUMNS = (
    ColumnScaler(name="load", scaler=MinMaxScaler(low=0.0, high=100.0)),
    ColumnScaler(name="hour", scaler=None),
)
SCALERS = Scalers(inputs=COLUMNS, outputs=())


def test_rows_and_columns_by_name_are_scaled_alike_and_come_back():
    rows = [[50.0, 3.0], [75.0, 4.0]]
    scaled = scale_rows(SCALERS, rows).rows
    assert scaled == [[0.5, 3.0], [0.75, 4.0]]
    assert scale_rows(SCALERS, {"hour": [3, 4], "load": [50, 75]}).rows == scaled
    by_name = [{"hour": 3, "load": 50}, {"load": 75, "hour": 4}]
    assert scale_rows(SCALERS, by_name).rows == scaled
    assert scale_rows(SCALERS, scaled, inverse=True).rows == rows


@pytest.mark.parametrize("given", [
    None, 7, "x", [], {}, [[]], [7], [[1]], [[1, 2, 3]], [[1, "2"]], [[1, True]], [[1, None]],
    {"load": [1]}, {"load": [1], "hour": 2}, {"load": [1], "hour": [1, 2]},
    [{"load": 1}], [{"load": 1, "hour": 2, "day": 3}], [{"load": 1, "hour": "2"}], [[1, 2], {}],
])  # fmt: skip
def test_what_is_no_row_of_numbers_is_refused_by_name(given):
    with pytest.raises(MissingPredictionInput) as error:
        scale_rows(SCALERS, given)
    assert list(error.value.errors) == ["input_data"]


def test_a_number_that_scaling_takes_beyond_a_double_is_refused_with_its_row():
    with pytest.raises(MissingPredictionInput, match="load in row 1"):
        scale_rows(SCALERS, [[0.5, 1.0], [1e308, 1.0]], inverse=True)
