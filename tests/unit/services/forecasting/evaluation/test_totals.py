"""Totals of a block: those of the tables, of all outputs at once."""

import numpy as np
import pytest

from services.forecasting.evaluation.metrics import mae, mape, mase, rmse, smape, wape
from services.forecasting.evaluation.totals import block_totals


def test_of_the_golden_set_the_totals_are_those_of_the_contract() -> None:
    sample, step = np.mgrid[0:3, 0:12]
    truth = 10.0 + (3 * sample + 2 * step) % 7
    forecast = truth + 0.5 * ((sample + step) % 3 - 1)
    totals = block_totals(truth[..., None], forecast[..., None])
    expected = {"MAE": 0.333333, "MAPE": 2.527403, "MSE": 0.166667, "RMSE": 0.408248,
                "NRMSE": 0.031606, "WAPE": 2.580645, "sMAPE": 2.530302, "MASE": 0.116667}  # fmt: skip
    assert {name: totals[name] for name in expected} == pytest.approx(expected, abs=1e-6)
    assert totals["MAPE_TS"][0] == pytest.approx(2.708333, abs=1e-6)
    assert len(totals["MASE_TS"]) == 12


def test_several_outputs_count_as_further_windows() -> None:
    draw = np.random.default_rng(9)
    truth, forecast = draw.uniform(1, 2, (2, 7, 5, 3))
    totals = block_totals(truth, forecast)
    pooled = [np.concatenate([one[:, :, n] for n in range(3)]) for one in (truth, forecast)]
    for name, function in {"MAE": mae, "MAPE": mape, "RMSE": rmse, "WAPE": wape, "sMAPE": smape,
                           "MASE": mase}.items():  # fmt: skip
        assert totals[name] == pytest.approx(function(*pooled))
    assert totals["MAE_TS"] == pytest.approx(np.abs(truth - forecast).mean(axis=(0, 2)))


def test_one_window_of_one_step_has_no_scaled_error() -> None:
    totals = block_totals(np.ones((1, 1, 1)), np.zeros((1, 1, 1)))
    assert (totals["MAE"], totals["MASE"], totals["MASE_TS"]) == (1.0, None, [None])


def test_arrays_of_other_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="must both be"):
        block_totals(np.ones((2, 3)), np.ones((2, 3)))
