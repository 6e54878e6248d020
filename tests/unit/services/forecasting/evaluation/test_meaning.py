"""Which metrics an output makes meaningless, and why."""

import numpy as np
import pytest

from services.forecasting.evaluation.meaning import REASONS, cautions, leading_metric


def reasons(truth: list, forecast: list) -> set[tuple[str, str]]:
    rows = cautions(truth, forecast)
    assert all(REASONS[row.reason] for row in rows)
    return {(row.metric, row.reason) for row in rows}


def test_a_usual_load_gives_no_caution() -> None:
    truth = np.linspace(300, 900, 40).reshape(4, 10)
    assert reasons(truth, truth + 5) == set()
    assert leading_metric(truth) == "WAPE"


def test_solar_power_at_night_makes_mape_meaningless() -> None:
    truth = np.array([[0.0, 0.0, 4.0, 8.0]])
    rows = cautions(truth, truth + 0.1)
    assert [(row.metric, row.reason, row.share) for row in rows] == [("MAPE", "zeros", 0.5)]


def test_a_cell_near_zero_counts_by_what_it_adds_to_mape() -> None:
    truth = np.array([[1e-4, 100.0, 120.0, 110.0]])
    assert reasons(truth, truth + 1) == {("MAPE", "near_zeros")}
    exact_there = truth + np.array([[0.0, 1.0, 1.0, 1.0]])
    assert reasons(truth, exact_there) == set()


def test_temperatures_around_zero_are_named_for_both_ratios() -> None:
    truth = np.array([[-4.0, 3.0, -2.0, 3.0]])
    assert reasons(truth, truth + 1) == {("MAPE", "mixed_signs"), ("NRMSE", "mean_near_zero")}


def test_a_negative_mean_is_named() -> None:
    truth = np.array([[-4.0, -3.0, -2.0]])
    assert reasons(truth, truth + 1) == {("NRMSE", "negative_mean")}


@pytest.mark.parametrize("value", [0.1, -7.0])
def test_a_constant_truth_leaves_no_scale_for_mase(value: float) -> None:
    assert ("MASE", "constant") in reasons(np.full((3, 4), value), np.ones((3, 4)))


def test_all_zeros_leave_nothing_but_mae() -> None:
    truth = np.zeros((2, 3))
    assert reasons(truth, truth + 1) == {
        (name, "all_zero") for name in ("MAPE", "NRMSE", "WAPE", "MASE")
    }
    assert leading_metric(truth) == "MAE"


def test_no_cell_is_nothing_to_say() -> None:
    assert cautions(np.zeros((0, 5)), np.zeros((0, 5))) == []
