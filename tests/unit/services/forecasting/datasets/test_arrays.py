"""The arrays of a session are its windows, and their values count as often as windows read them."""

import io
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.forecasting.datasets import arrays
from services.forecasting.datasets.dropped import NOTHING, drop_columns, drop_summary, iso
from services.forecasting.datasets.npz import NpzReader, write_npz
from services.forecasting.datasets.report import windows_report
from services.forecasting.training.prepare import PreparedData
from services.forecasting.violins.columns import column_violins, session_columns, times_read
from services.forecasting.windows.build import build_windows
from services.forecasting.windows.certificate import certify
from services.forecasting.windows.plan import CalendarBlock, CalendarPlan, SplitPlan
from services.forecasting.windows.scaling import fit_scalers
from services.forecasting.windows.split import split_windows
from tests.factories.windows import HOUR, regular, series_plan, window_plan
from tests.support.depth import examples


def prepared(plan, series) -> PreparedData:
    windows = build_windows(plan, series)
    split = split_windows(windows, plan.split)
    scalers = fit_scalers(windows, split, plan)
    return PreparedData(
        plan=plan,
        series=series,
        windows=windows,
        split=split,
        scalers=scalers,
        certificate=certify(windows, split, scalers),
        scaled=scalers.scaled(windows),
    )


def small(hours=60, missing=(), seed=1, split=None, start=-4, **output) -> PreparedData:
    draw = np.random.default_rng(seed)
    values = draw.normal(20, 5, hours)
    values[list(missing)] = np.nan
    plan = window_plan(
        [series_plan("a", start, 0, scale=True), series_plan("b", -2, Fraction(1, 2), average=True),
         series_plan("now", -1, 0, form="current")],
        [series_plan("y", 1, 3, scale=True, **output)],
        steps=(5, 3, 60, 0),
        calendar=CalendarPlan(day=CalendarBlock(scale=True), holiday=CalendarBlock(form="current")),
        split=split or SplitPlan(),
    )  # fmt: skip
    rows = {name: regular(name, draw.normal(0, 1, hours), step=HOUR) for name in ("b", "now", "y")}
    return prepared(plan, {"a": regular("a", values, step=HOUR), **rows})


def read(made: dict) -> dict[str, np.ndarray]:
    buffer = io.BytesIO()
    write_npz(buffer, made)
    return dict(np.load(io.BytesIO(buffer.getvalue()), allow_pickle=False))


def test_arrays_hold_all_samples_with_names_times_and_blocks() -> None:
    data = small(missing=[30])
    shares: list[float] = []
    stored = read(arrays.dataset_arrays(data, shares.append))
    everything = np.arange(data.windows.n)
    assert np.array_equal(stored["X"], data.windows.inputs(everything))
    assert np.array_equal(stored["Y"], data.windows.outputs(everything))
    assert np.array_equal(stored["t_ref"] * 1_000_000, data.windows.reference_times)
    assert stored["input_names"].tolist() == ["a", "b", "now", "D_sin", "D_cos", "H"]
    for name, samples in data.split.blocks.items():
        assert np.array_equal(np.flatnonzero(stored["block"] == name), np.sort(samples))
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)


def test_samples_of_a_gap_are_in_no_block() -> None:
    data = small(hours=120, split=SplitPlan(gap=True))
    block = read(arrays.dataset_arrays(data))["block"]
    assert (block == "").sum() == len(data.split.left_out) > 0


def test_test_windows_say_where_points_lie_and_how_columns_are_scaled() -> None:
    data = small()
    stored = read(arrays.test_arrays(data))
    assert stored["kinds"].tolist() == ["input"] * 3 + ["time"] * 3
    assert stored["input_hours"].tolist() == [
        [-4, 0],
        [-2, 0.5],
        [0, 0],
        [-24, 0],
        [-24, 0],
        [0, 0],
    ]
    assert stored["output_hours"].tolist() == [[1, 3]]
    x = stored["X"] * stored["input_scaling"][:, 0] + stored["input_scaling"][:, 1]
    assert x == pytest.approx(data.block("test").inputs(np.arange(len(x))), abs=1e-5)
    y = stored["Y"] * stored["output_scaling"][:, 0] + stored["output_scaling"][:, 1]
    assert y == pytest.approx(data.block("test").outputs(np.arange(len(y))), abs=1e-5)
    with NpzReader(io.BytesIO(arrays.test_windows_file(data))) as reader:
        assert reader.shape("X") == stored["X"].shape


def test_arrays_that_are_too_large_are_not_kept(monkeypatch) -> None:
    data = small()
    assert not arrays.too_large(data)
    monkeypatch.setattr(arrays, "MAX_BYTES", 1_000)
    assert arrays.too_large(data)


STARTS = st.sampled_from([-4, -3.1, -2.37, Fraction(-7, 3)])  # on a raster, and on none


@given(st.integers(30, 90), st.integers(0, 2**31), st.sets(st.integers(0, 29), max_size=3), STARTS)
@settings(max_examples=examples(20))
def test_each_value_counts_as_often_as_windows_read_it(hours, seed, missing, start) -> None:
    data = small(hours, missing, seed, start=start)
    windows = data.windows
    for number, column in enumerate(windows.input_columns):
        times = times_read(column.layout, windows.kept)
        flat = windows.inputs(np.arange(windows.n), np.float64)[:, :, number].ravel()
        repeated = np.repeat(column.at(np.arange(len(times))), times)
        assert np.array_equal(np.sort(repeated), np.sort(flat))


def test_violins_come_in_the_order_and_by_the_names_of_the_contract() -> None:
    data, kinds = small(), []
    violins = column_violins(data, kinds.append)
    assert kinds == ["input", "time", "output"]
    assert [one.of.key for one in violins] == [
        "input_a", "input_b", "input_now", "time_D_sin", "time_D_cos", "time_H", "output_y",
    ]  # fmt: skip
    assert [one.of.label for one in violins] == [*(f"IN{n}" for n in range(1, 7)), "OUT1"]
    assert [one.color for one in session_columns(data)] == list(range(7))
    first = violins[0].as_mapping()
    train = data.windows.inputs(data.split.train)[:, :, 0]
    assert (first["blocks"]["train"]["min"], first["blocks"]["train"]["max"]) == pytest.approx(
        (train.min(), train.max())
    )
    assert (first["scaled"]["train"]["min"], first["scaled"]["train"]["max"]) == pytest.approx(
        (0, 1)
    )
    assert violins[1].as_mapping()["is_scaled"] is False


@given(st.sets(st.integers(0, 59), max_size=6), STARTS)
@settings(max_examples=examples(15))
def test_the_table_of_dropped_samples_is_that_of_the_single_ones(missing, start) -> None:
    drops = small(missing=missing, start=start).windows.dropped
    columns = drop_columns(drops)
    for row, sample in enumerate(drops.samples()):
        found = {name: values[row] for name, values in columns.items()}
        lines = {found["line_before"], found["line_after"]} - {NOTHING}
        assert (found["reference_time"], found["label"], found["reason"], found["step"]) == (
            sample.reference_time, sample.label, sample.reason.text, sample.step,
        )  # fmt: skip
        assert (found["instant"], sorted(lines)) == (sample.instant, list(sample.lines))
    summary = drop_summary(drops)
    assert sum(summary["by_reason"].values()) == summary["total"] == len(drops)
    assert summary["first"] == drop_summary(drops)["first"]


def test_the_report_names_sizes_range_and_certificate() -> None:
    data = small(missing=[30])
    report = windows_report(data)
    assert report["n_dat"] == data.windows.n
    assert sum(report["sizes"].values()) == data.windows.n
    assert report["reference"]["first"] == iso(data.windows.reference_times[0])
    assert report["reference"]["candidates"] == data.windows.n + report["dropped"]["total"]
    assert report["certificate"]["blocks"][2]["last_reference"] == report["reference"]["last"]
    assert iso(1_704_067_200_000_000) == "2024-01-01T00:00:00.000000Z"
    assert iso(None) is None
