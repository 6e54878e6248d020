"""Windows of chosen reference times: those of training, and what they lack by name."""

import numpy as np
from hypothesis import assume, given, settings

from services.forecasting.prediction.cut import (
    cut_inputs,
    input_windows,
    newest_reference,
    one_time,
    phase_of,
)
from services.forecasting.windows.build import build_windows
from services.forecasting.windows.geometry import ReferenceGrid
from services.forecasting.windows.series import RawSeries
from tests.factories.window_draws import SEEDS, random_session
from tests.factories.windows import HOUR, MINUTE, regular, series_plan, window_plan
from tests.support.depth import examples

NONE = np.zeros(0, dtype=np.int64)


@settings(max_examples=examples(20))
@given(SEEDS)
def test_a_window_of_training_is_cut_again_with_the_same_values(seed):
    plan, series = random_session(seed)
    windows = build_windows(plan, series)
    side = cut_inputs(plan, series, windows.grid)
    assert side.complete[windows.kept].all()
    again = input_windows(plan, side, windows.kept)
    np.testing.assert_array_equal(again, windows.inputs(slice(None), np.float64))


@settings(max_examples=examples(20))
@given(SEEDS)
def test_the_newest_reference_is_the_last_of_all_that_are_complete(seed):
    plan, series = random_session(seed)
    assume(plan.inputs)
    first = min(int(series[one.label].times[0]) for one in plan.inputs)
    last = max(int(series[one.label].times[-1]) for one in plan.inputs)
    step = one_time(plan, 0).step
    start = phase_of(plan, first) - 20 * HOUR // step * step
    every = ReferenceGrid(start=start, step=step, count=(last + 20 * HOUR - start) // step)
    complete = np.flatnonzero(cut_inputs(plan, series, every).complete)
    ahead = [one for one in plan.inputs if one.form != "current" or one.max_gap_minutes]
    assume(len(complete) and ahead)  # a current value of any age is known for ever
    found = newest_reference(plan, series, phase_of(plan, first))
    assert found == every.start + int(complete[-1]) * step


def test_a_single_window_of_points_between_microseconds_holds_only_its_own_points():
    # 96 points over 24 hours: on a raster that fits all of them it would be 86 thousand million
    plan = window_plan([series_plan("x", -24, 0)], [series_plan("x", 0, 1)], steps=(96, 3, 15, 0))
    known = {"x": regular("x", range(200))}
    side = cut_inputs(plan, known, one_time(plan, 30 * HOUR))
    (build,) = side.builds
    assert build.column.layout.length == 96
    window = input_windows(plan, side, np.array([0]))[0, :, 0]
    np.testing.assert_allclose(window, np.linspace(24, 120, 96), rtol=1e-9)


def two_inputs():
    """A load of the past hour and a temperature of the hour to come, both every 15 minutes."""
    load, ahead = series_plan("load", -1, 0), series_plan("temperature", 0.25, 1.25)
    return window_plan([load, ahead], [series_plan("load", 0.25, 1.25)], steps=(5, 5, 15, 0))


def test_without_values_to_come_the_last_measured_time_counts_and_they_are_named():
    plan = two_inputs()
    series = {"load": regular("load", range(9)), "temperature": regular("temperature", range(11))}
    at = newest_reference(plan, series, 0)
    assert at == 75 * MINUTE  # temperature is known until 150 minutes
    del series["temperature"]
    at = newest_reference(plan, series, 0)
    assert at == 120 * MINUTE
    (missing,) = cut_inputs(plan, series, one_time(plan, at)).missing()
    assert missing.label == "temperature"
    assert missing.instants == [(at + k * 15 * MINUTE, "no rows") for k in range(1, 6)]


def test_an_empty_cell_is_named_with_its_instant_and_its_reason():
    plan = two_inputs()
    load = regular("load", [0, 1, np.nan, 3, 4])
    series = {"load": load, "temperature": regular("temperature", range(20))}
    (missing,) = cut_inputs(plan, series, one_time(plan, 60 * MINUTE)).missing()
    assert (missing.label, missing.instants) == ("load", [(30 * MINUTE, "non-numeric neighbour")])


def test_a_gap_in_old_rows_does_not_hide_an_older_complete_time():
    plan = window_plan([series_plan("x", -1, 0)], [series_plan("x", 0, 1)], steps=(5, 3, 15, 0))
    values = np.arange(3_000.0)
    values[400:] = np.nan
    at = newest_reference(plan, {"x": regular("x", values)}, 0)
    assert at == 399 * 15 * MINUTE


def test_a_series_of_no_rows_lacks_every_instant_once():
    plan = window_plan(
        [series_plan("x", -1, 0, form="current")], [series_plan("y", 0, 1)], steps=(5, 3, 15, 0)
    )
    (missing,) = cut_inputs(plan, {}, one_time(plan, HOUR)).missing()
    assert missing.instants == [(HOUR, "no rows")]
    known = {"x": RawSeries(label="x", times=np.array([0]), values=np.array([2.0]))}
    window = input_windows(plan, cut_inputs(plan, known, one_time(plan, HOUR)), np.array([0]))
    assert window.tolist() == [[[2.0]] * 5]
