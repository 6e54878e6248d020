"""The newest errors of a model beside those of its test block."""

import numpy as np
import pytest

from services.forecasting.prediction.recent import MAX_WINDOWS, drift_by_output, recent_windows
from tests.factories.windows import MINUTE, regular, series_plan, window_plan

STEP = 15 * MINUTE


@pytest.fixture
def plan():
    """Five steps of the past give two of the next half hour."""
    x, y = series_plan("x", -1, 0), series_plan("x", 0.25, 0.5)
    return window_plan([x], [y], steps=(5, 2, 15, 0))


def recent(plan, rows, *, until, tested=500, reference=None):
    series = {"x": regular("x", np.arange(rows, dtype=float))}
    at = (rows - 1) * STEP if reference is None else reference
    return recent_windows(plan, series, series, at, until * STEP, tested)


def test_windows_after_the_test_block_whose_truth_is_known_are_taken(plan):
    found = recent(plan, 40, until=30)
    assert (found.references // STEP).tolist() == list(range(31, 38))  # truth ends at 39
    np.testing.assert_array_equal(found.truth[:, :, 0], [[r + 1, r + 2] for r in range(31, 38)])
    np.testing.assert_array_equal(found.inputs[0, :, 0], np.arange(27, 32))


def test_no_more_are_taken_than_a_band_can_be_drawn_for(plan):
    assert len(recent(plan, 400, until=30).references) == MAX_WINDOWS
    assert len(recent(plan, 400, until=30, tested=50).references) == 10
    assert recent(plan, 400, until=30, tested=4) is None


def test_without_truth_after_the_test_block_there_is_nothing_to_compare(plan):
    assert recent(plan, 40, until=37) is None
    assert recent(plan, 40, until=60) is None
    series = {"x": regular("x", np.arange(40.0))}
    assert recent_windows(plan, series, {}, 39 * STEP, 0, 500) is None


@pytest.mark.parametrize(("off", "state", "drifted"), [(1.0, "within", False),
                                                       (9.0, "above", True), (0.0, "below", False)])  # fmt: skip
def test_errors_beyond_the_band_of_the_test_block_are_a_drift(plan, off, state, drifted):
    found = recent(plan, 40, until=30)
    errors = 1 + 0.5 * np.sin(np.arange(500))[:, None]
    note = drift_by_output(plan, found, found.truth + off, errors)["x"]
    assert (note["state"], note["drifted"], note["windows"]) == (state, drifted, 7)
    assert note["recent_mae"] == pytest.approx(off)
