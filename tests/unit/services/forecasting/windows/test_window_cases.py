"""The contract's window cases, cell by cell: geometry, grid, drops, tensors, calendar, split."""

from datetime import date

import numpy as np
import pytest

from services.forecasting.windows.build import build_windows
from services.forecasting.windows.calendar_features import calendar_columns, calendar_names
from services.forecasting.windows.errors import InvalidTrainingSplit, TooFewSamples
from services.forecasting.windows.geometry import (
    ReferenceGrid,
    contract_window_offset,
    spacing_minutes,
    window_offset,
)
from services.forecasting.windows.holiday_dates import (
    easter_sunday,
    holiday_days,
    listed_holidays,
)
from services.forecasting.windows.plan import CalendarPlan, SplitPlan
from services.forecasting.windows.scaling import ColumnScaler, Scalers, fit_column
from services.forecasting.windows.split import block_sizes, gapped_sizes, split_windows
from services.forecasting.windows.wire import calendar_from_wire, plan_from_wire, split_from_wire
from tests.factories.windows import HOUR, MINUTE, case_series, cases, micros, shown

CLOSE = {"rtol": 1e-6, "atol": 1e-6}  # of the pack: tensors are float32


def named(kind):
    return pytest.mark.parametrize("case", cases(kind), ids=lambda case: case["name"])


def built(case):
    by_side = {"input": [], "output": []}
    for one in case["series"]:
        by_side[one["direction"]].append({"bezeichnung": one["label"], **one})
    plan = plan_from_wire(
        case["zeitschritte"],
        by_side["input"],
        by_side["output"],
        case.get("timeInfo"),
        case.get("training_split"),
    )
    return build_windows(plan, {one["label"]: case_series(one) for one in case["series"]})


@named("windows")
def test_the_geometry_is_the_contracts(case):
    windows, steps = built(case), case["zeitschritte"]
    sides = (windows.plan.inputs, steps["eingabe"]), (windows.plan.outputs, steps["ausgabe"])
    for one, points in ((one, points) for side, points in sides for one in side):
        expected = case["expect"]["geometry"][one.label]
        horizon = one.horizon_start, one.horizon_end, points
        spacing = spacing_minutes(*horizon)
        assert points == expected["points"]
        assert spacing == expected["spacing_min"] or float(spacing) == pytest.approx(
            expected["spacing_min"]
        )
        offset = contract_window_offset(*horizon, steps["offset"])
        assert offset == expected["window_offset"]
        true = expected.get("window_offset_true", expected["window_offset"])
        assert window_offset(*horizon, steps["offset"]) == true


@named("windows")
def test_the_grid_and_the_kept_samples_are_the_contracts(case):
    windows, expected = built(case), case["expect"]
    times = windows.grid.times
    assert len(times) == expected["grid"]["count"]
    assert [shown(times[0]), shown(times[-1])] == [
        expected["grid"]["first"],
        expected["grid"]["last"],
    ]
    assert windows.n == expected["n_dat"]
    assert [shown(at) for at in windows.reference_times] == expected["kept"]


@named("windows")
def test_each_dropped_sample_has_the_contracts_first_reason(case):
    drops = built(case).dropped
    reasons = [[shown(d.reference_time), d.label, d.reason.text] for d in drops.samples()]
    assert reasons == case["expect"]["dropped"]
    assert sum(drops.counts.values()) == len(reasons)


@named("windows")
def test_the_tensors_are_the_contracts(case):
    windows, expected = built(case), case["expect"]
    every = slice(None)
    x, y = windows.inputs(every), windows.outputs(every)
    assert x.dtype == y.dtype == np.float32
    assert list(windows.input_names) == expected["columns_in"]
    assert list(windows.output_names) == expected["columns_out"]
    assert [list(x.shape), list(y.shape)] == [expected["shape_X"], expected["shape_Y"]]
    by_time = {shown(at): row for row, at in enumerate(windows.reference_times)}
    for sample in expected["samples"]:
        row = by_time[sample["t_ref"]]
        np.testing.assert_allclose(x[row], sample["X"], **CLOSE)
        np.testing.assert_allclose(y[row], sample["Y"], **CLOSE)
    sums = [windows.inputs(every, np.float64).sum(), windows.outputs(every, np.float64).sum()]
    np.testing.assert_allclose(sums, [expected["sum_X"], expected["sum_Y"]], **CLOSE)


@pytest.mark.parametrize(
    "case", [c for c in cases("windows") if "split" in c["expect"]], ids=lambda case: case["name"]
)
def test_the_blocks_have_the_contracts_sizes(case):
    windows, expected = built(case), case["expect"]["split"]
    split = split_windows(windows, windows.plan.split)
    assert split.sizes == (expected["n_train"], expected["n_val"], expected["n_test"])


@named("calendar")
def test_calendar_columns_are_the_contracts(case):
    plan, expected = calendar_from_wire(case["timeInfo"]), case["expect"]
    assert list(calendar_names(plan)) == expected["order"]
    for row in expected["rows"]:
        grid = ReferenceGrid(start=micros(row["t_ref"]), step=HOUR, count=1)
        for column in calendar_columns(plan, grid, case["eingabe"]):
            window = column.windows(np.array([0]))[0]
            np.testing.assert_allclose(window, row["columns"][column.name], **CLOSE)


@pytest.mark.parametrize(
    "expected",
    [one for case in cases("holidays") for one in case["expect"]],
    ids=lambda one: f"{one['land']} {one['year']}",
)
def test_holidays_are_the_contracts(expected):
    year, land = expected["year"], expected["land"]
    assert easter_sunday(year).isoformat() == expected["easter_sunday"]
    listed = listed_holidays(land, year)
    assert [day.isoformat() for day in listed] == expected["listed"]
    assert [day.isoformat() for day in listed if day.weekday() == 6] == expected["on_sunday"]
    days = holiday_days(CalendarPlan(country=land), year, year)
    counted = [date.fromordinal(date(1970, 1, 1).toordinal() + day) for day in days.tolist()]
    assert [day.isoformat() for day in counted] == expected["value_1"]


@named("scaling")
@pytest.mark.parametrize("fitted_on", ["train_only", "all_samples"])
def test_scaling_is_the_contracts_and_comes_back(case, fitted_on):
    x, expected = np.array(case["X"]), case["expect"][fitted_on]
    rows = x[: case["n_train"]] if fitted_on == "train_only" else x
    columns = tuple(
        ColumnScaler(
            name=f"{c}",
            scaler=None if c in case["off"] else fit_column(rows[..., c], *case["ranges"][c]),
        )
        for c in range(x.shape[2])
    )
    for column, stored in zip(columns, expected["scalers"], strict=True):
        if stored is None:
            assert column.scaler is None
            continue
        values = column.scaler
        assert [values.low, values.high] == [stored["min"], stored["max"]]
        assert [values.scale_min, values.scale_max] == [stored["smin"], stored["smax"]]
    scalers = Scalers(inputs=columns, outputs=())
    scaled = scalers.transform_inputs(x)
    np.testing.assert_allclose(scaled[0], expected["first"], **CLOSE)
    np.testing.assert_allclose(scaled[-1], expected["last"], **CLOSE)
    sums = sum(scaled.astype(float).reshape(-1, x.shape[2]))
    np.testing.assert_allclose(sums, expected["column_sums"], rtol=1e-6, atol=1e-5)
    np.testing.assert_allclose(scalers.inverse_inputs(scaled), x, rtol=1e-6, atol=1e-5)


SHARES = ("trainPercentage", "valPercentage", "testPercentage")


@pytest.mark.parametrize("expected", cases("split")[0]["expect"], ids=lambda one: str(one["n"]))
def test_split_sizes_are_exact(expected):
    plan = split_from_wire({name: expected[name] for name in SHARES if name in expected})
    sizes = block_sizes(expected["n"], plan)
    assert sizes == (expected["n_train"], expected["n_val"], expected["n_test"])


@pytest.mark.parametrize("shares", cases("split")[0]["rejected"], ids=str)
def test_wrong_percentages_are_refused(shares):
    with pytest.raises(InvalidTrainingSplit, match="Percentage"):
        split_from_wire(dict(zip(SHARES, shares, strict=True)))


@named("split_gap")
def test_the_gap_leaves_out_what_shares_an_instant(case):
    given, expected = case["reference_times"], case["expect"]
    times = micros(given["start"]) + given["step_min"] * MINUTE * np.arange(given["count"])
    train, validation, test = case["percentages"]
    sizes = block_sizes(given["count"], SplitPlan(train=train, validation=validation, test=test))
    assert sizes == tuple(expected["before_gap"].values())
    ends = np.array(case["horizons_h"]) * HOUR
    extent = int(ends.min()), int(ends.max())
    assert (extent[1] - extent[0]) // HOUR == expected["max_window_length_h"]
    stays = (*gapped_sizes(times, sizes, extent), sizes[2])
    begins = (0, sizes[0], sizes[0] + sizes[1])
    for block, begin, size in zip(("train", "val", "test"), begins, stays, strict=True):
        rows = times[begin : begin + size]
        ends_of = [shown(rows[0]), shown(rows[-1])] if size else [None, None]
        assert [size, *ends_of] == list(expected[block].values())


def test_too_few_samples_name_what_would_do():
    case = next(one for one in cases("windows") if one["name"] == "step that is no whole second")
    windows = built(case)
    with pytest.raises(TooFewSamples, match="4 samples") as refused:
        split_windows(windows, windows.plan.split)
    assert refused.value.code == "TOO_FEW_SAMPLES"
    assert (refused.value.n, refused.value.needed) == (4, 6)
