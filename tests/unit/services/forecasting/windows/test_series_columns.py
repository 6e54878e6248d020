"""One series as a column: methods, data forms, gaps, and the reason of each dropped sample."""

from copy import deepcopy

import numpy as np
import pytest

from services.forecasting.windows.build import build_windows
from services.forecasting.windows.errors import InvalidRawSeries, InvalidSteps
from services.forecasting.windows.geometry import ReferenceGrid, point_offsets, reference_grid
from services.forecasting.windows.layout import lattice
from services.forecasting.windows.plan import CalendarBlock, CalendarPlan, Steps
from services.forecasting.windows.scaling import fit_scalers
from services.forecasting.windows.series import RawSeries
from services.forecasting.windows.split import split_windows
from tests.factories.windows import HOUR, MINUTE, regular, series_plan, window_plan

EVERY = slice(None)
TRUTH = regular("y", np.arange(200.0))


def columns_of(plan, raw, *, steps=(3, 2, 60, 0)):
    """Return windows of one input against a truth that drops nothing of it."""
    whole = window_plan([plan], [series_plan("y", 0, 1)], steps=steps)
    return build_windows(whole, {plan.label: raw, "y": TRUTH})


def first_reason(windows):
    return next(windows.dropped.samples())


def forecast(rows):
    """Return forecasts from (issue hour, valid hour, value), sorted as they must be."""
    rows = sorted((valid, issued, value) for issued, valid, value in rows)
    valid, issued, values = (np.array(one) for one in zip(*rows, strict=True))
    return RawSeries(
        label="x",
        times=(valid * HOUR).astype(np.int64),
        issued=(issued * HOUR).astype(np.int64),
        values=values,
    )


def test_a_sample_takes_the_newest_forecast_issued_by_its_reference_time():
    runs = [
        (issued, issued + lead, 100 * issued + lead) for issued in (0, 6, 12) for lead in range(13)
    ]
    windows = columns_of(series_plan("x", 0, 2, form="forecasts"), forecast(runs))
    by_hour = dict(zip(windows.reference_times // HOUR, windows.inputs(EVERY)[..., 0], strict=True))
    assert by_hour[0].tolist() == [0, 1, 2]
    assert by_hour[5].tolist() == [5, 6, 7]
    assert by_hour[6].tolist() == [600, 601, 602]  # issued at the reference time: known
    assert by_hour[11].tolist() == [605, 606, 607]


def test_instants_that_a_newer_run_leaves_out_keep_the_older_value():
    runs = [(0, hour, hour) for hour in range(9)] + [(2, 3, 300)]
    windows = columns_of(series_plan("x", 0, 2, form="forecasts"), forecast(runs))
    by_hour = dict(zip(windows.reference_times // HOUR, windows.inputs(EVERY)[..., 0], strict=True))
    assert by_hour[1].tolist() == [1, 2, 3]
    assert by_hour[2].tolist() == [2, 300, 4]


def test_a_forecast_that_was_not_issued_yet_is_not_known():
    runs = [(3, hour, hour) for hour in range(9)]
    windows = columns_of(series_plan("x", 0, 2, form="forecasts"), forecast(runs))
    assert (windows.reference_times // HOUR).min() == 3
    assert first_reason(windows).reason.text == "no forecast issued yet"


def test_the_current_value_is_the_last_number_and_repeated():
    values = np.arange(40.0)
    values[20] = np.nan  # 05:00
    windows = columns_of(series_plan("x", -24, 24, form="current"), regular("x", values))
    by_hour = dict(zip(windows.reference_times // HOUR, windows.inputs(EVERY)[..., 0], strict=True))
    assert by_hour[4].tolist() == [16, 16, 16]
    assert by_hour[5].tolist() == [19, 19, 19]


def test_a_current_value_may_be_too_old():
    raw = RawSeries(label="x", times=np.array([0, 5 * HOUR]), values=np.array([1.0, 2.0]))
    plan = series_plan("x", 0, 0, form="current", max_gap_minutes=120)
    windows = columns_of(plan, raw)
    assert (windows.reference_times // HOUR).tolist() == [0, 1, 2, 5]
    assert first_reason(windows).reason.text == "gap too long"


def test_a_dropped_sample_names_the_lines_around_the_point_that_is_missing():
    values = np.arange(40.0)
    values[10] = np.nan
    raw = regular("x", values, lines=np.arange(40) + 2)
    windows = columns_of(series_plan("x", -0.5, 0), raw, steps=(3, 2, 5, 0))
    drops = [one for one in windows.dropped.samples() if one.reason.text == "non-numeric neighbour"]
    assert drops[0].instant == 9 * 15 * MINUTE + 5 * MINUTE
    assert drops[0].lines == (11, 12)
    assert drops[0].step == 2
    page = list(windows.dropped.samples(begin=1, limit=2))
    assert page == list(windows.dropped.samples())[1:3]


def test_one_huge_value_does_not_spoil_the_means_after_it():
    values = np.full(200, 0.1)
    values[3] = 1e30
    plan = series_plan("x", -1, 0, average=True)
    means = columns_of(plan, regular("x", values)).inputs(EVERY, np.float64)
    np.testing.assert_allclose(means[10:], 0.1, rtol=1e-12)


def test_an_infinite_cell_is_no_number():
    values = np.arange(40.0)
    values[4] = np.inf
    windows = columns_of(series_plan("x", 0, 0), regular("x", values))
    assert HOUR not in windows.reference_times


def test_batches_in_any_order_are_rows_of_the_whole():
    rng = np.random.default_rng(0)
    plan = series_plan("x", -1.3, 0.4)
    windows = columns_of(plan, regular("x", rng.normal(size=200)), steps=(7, 5, 15, 0))
    rows = rng.permutation(windows.n)[:33]
    np.testing.assert_array_equal(windows.inputs(rows), windows.inputs(EVERY)[rows])
    np.testing.assert_array_equal(windows.outputs(rows), windows.outputs(EVERY)[rows])
    assert windows.inputs(np.arange(0)).shape == (0, 7, 1)


def test_a_copy_of_windows_for_another_process_holds_no_batch():
    windows = columns_of(series_plan("x", -24, 0), regular("x", np.arange(900.0)))
    whole = windows.inputs(EVERY)
    copied = deepcopy(windows)
    assert "_gatherers" not in vars(copied)
    np.testing.assert_array_equal(copied.inputs(EVERY), whole)


def test_overlapping_windows_are_held_once():
    values = np.arange(5000.0)
    windows = columns_of(series_plan("x", -24, 0), regular("x", values), steps=(97, 2, 15, 0))
    assert windows.input_columns[0].layout.length < windows.grid.count + 97


@pytest.mark.parametrize("count", [0, 1, 2, 24])
@pytest.mark.parametrize("points", [12, 30])
def test_a_column_has_no_more_instants_than_its_windows_have_points(count, points):
    """30 points over 11 hours lie 22.76 minutes apart: their raster is one of microseconds."""
    grid = ReferenceGrid(start=0, step=HOUR, count=count)
    offsets = point_offsets(1, 12, points)
    layout = lattice(grid, offsets)
    assert layout.length <= count * points
    rows = np.arange(count)
    np.testing.assert_array_equal(layout.times(layout.index(rows)), rows[:, None] * HOUR + offsets)


def test_windows_that_share_nothing_are_computed_for_each_batch():
    """96 points over 24 hours lie 15.16 minutes apart: no two windows have one in common."""
    rng = np.random.default_rng(1)
    raw = regular("x", rng.normal(size=22_000))
    plan = window_plan(
        [series_plan("x", -24, 0, scale=True)],
        [series_plan("x", 0, 0.25)],
        steps=(96, 2, 15, 0),
        calendar=CalendarPlan(day=CalendarBlock()),
    )
    windows = build_windows(plan, {"x": raw})
    assert windows.input_columns[0].values is None
    rows = rng.permutation(windows.n)[:20]
    at = windows.reference_times[rows, None] + np.linspace(-24 * HOUR, 0, 96)
    x = windows.inputs(rows, np.float64)
    np.testing.assert_allclose(x[..., 0], np.interp(at, raw.times, raw.values), atol=1e-6)
    np.testing.assert_allclose(x[..., 1], np.sin(2 * np.pi * at / (24 * HOUR)), atol=1e-9)
    split = split_windows(windows, plan.split)
    scalers = fit_scalers(windows, split, plan)
    training = windows.reference_times[split.train, None] + np.linspace(-24 * HOUR, 0, 96)
    low = np.interp(training, raw.times, raw.values).min()
    assert scalers.inputs[0].scaler.low == pytest.approx(low, abs=1e-6)
    np.testing.assert_array_equal(scalers.scaled(windows).inputs(rows), scalers.transform_inputs(x))
    read = windows.series_columns[0].rows_used(windows.kept)
    assert read.sum() == len(raw.times) - 1  # all but the last, which is an output alone


def test_both_sides_may_have_a_series_of_the_same_label():
    plan = window_plan([series_plan("load", -1, 0)], [series_plan("load", 0, 1)])
    series = {
        "load": regular("load", np.zeros(100)),
        "output:load": regular("load", np.ones(100)),
    }
    windows = build_windows(plan, series)
    assert windows.inputs(EVERY).max() == 0
    assert windows.outputs(EVERY).min() == 1


def test_series_without_overlap_make_no_samples_and_say_why():
    late = regular("y", np.arange(50.0), start=1000 * HOUR)
    windows = build_windows(
        window_plan([series_plan("x")], [series_plan("y", 0, 1)]),
        {"x": regular("x", np.arange(50.0)), "y": late},
    )
    assert windows.n == 0
    assert {reason.text for _, reason in windows.dropped.counts} == {"before first point"}
    assert windows.inputs(EVERY).shape == (0, 5, 1)


def test_a_grid_that_holds_no_reference_time_makes_no_samples():
    raw = regular("x", [1.0, 2.0], start=MINUTE, step=MINUTE)
    plan = window_plan([series_plan("x")], [series_plan("x", 0, 1)], steps=(2, 2, 60, 0))
    windows = build_windows(plan, {"x": raw})
    assert (windows.n, windows.grid.count) == (0, 0)
    assert windows.dropped.counts == {}


@pytest.mark.parametrize(
    ("times", "values"),
    [([0, 0], [1, 2]), ([5, 0], [1, 2]), ([0, 5], [1, 2, 3]), ([0, 2**62], [1, 2])],
)
def test_rows_that_are_not_sorted_and_distinct_are_refused(times, values):
    with pytest.raises(InvalidRawSeries, match="x"):
        RawSeries(label="x", times=np.array(times), values=np.array(values, dtype=float))


@pytest.mark.parametrize("form", ["historical", "forecasts"])
def test_a_series_that_is_missing_or_of_the_other_form_is_refused(form):
    plan = window_plan([series_plan("x", form=form)], [series_plan("y", 0, 1)])
    wrong = TRUTH if form == "forecasts" else forecast([(0, 1, 2.0)])
    for series in ({"y": TRUTH}, {"x": wrong, "y": TRUTH}):
        with pytest.raises(InvalidRawSeries) as refused:
            build_windows(plan, series)
        assert refused.value.field == "x"


def test_an_input_named_like_a_calendar_column_is_refused():
    plan = window_plan(
        [series_plan("H")],
        [series_plan("y", 0, 1)],
        calendar=CalendarPlan(holiday=CalendarBlock()),
    )
    with pytest.raises(InvalidRawSeries, match="H"):
        build_windows(plan, {"H": regular("H", np.arange(50.0)), "y": TRUTH})


def test_the_last_point_of_a_window_is_exactly_its_end():
    for steps in (2, 7, 8, 13, 4096):
        offsets = point_offsets(-1, 1.1, steps)
        assert [offsets[0], offsets[-1]] == [-HOUR, HOUR + 6 * MINUTE]


def test_a_step_width_that_makes_too_many_reference_times_is_refused():
    steps = Steps(input_steps=1, output_steps=1, step_minutes=0.0001)
    with pytest.raises(InvalidSteps, match="20,000,000"):
        reference_grid(steps, [(0, 10_000 * HOUR)])
