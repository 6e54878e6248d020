"""Blocks: their order, the shuffled training order, gaps, and what the certificate counts."""

from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from harness.window_oracle import PlainWindows
from services.forecasting.windows.build import build_windows
from services.forecasting.windows.certificate import certify
from services.forecasting.windows.errors import TooFewSamples
from services.forecasting.windows.plan import CalendarBlock, CalendarPlan, Period, SplitPlan
from services.forecasting.windows.scaling import fit_scalers
from services.forecasting.windows.series_columns import series_extent
from services.forecasting.windows.split import (
    block_sizes,
    needed_samples,
    sample_extent,
    split_windows,
)
from tests.factories.window_draws import SEEDS, plain, random_session, splittable_session
from tests.factories.windows import HOUR, MINUTE, micros, regular, series_plan, shown, window_plan
from tests.support.depth import examples


def made(split, rows=200, **more):
    plan = window_plan(
        [series_plan("x", -2, 0)], [series_plan("y", 0, 1)], split=SplitPlan(**split), **more
    )
    values = np.sin(np.arange(rows))
    return build_windows(plan, {"x": regular("x", values), "y": regular("y", 2 * values)})


def certified(windows):
    plan = windows.plan
    split = split_windows(windows, plan.split)
    return split, certify(windows, split, fit_scalers(windows, split, plan))


def brute_rows(oracle, split):
    """Return the (series, row) pairs that each block read, by the oracle's samples."""
    return {
        name: {
            (label, row)
            for number in samples.tolist()
            for label, rows in oracle.samples[number].rows.items()
            for row in rows
        }
        for name, samples in split.blocks.items()
    }


def test_the_published_run_has_its_shapes_blocks_and_first_test_time():
    samples, day = 106_273, 96
    rows = regular(
        "load",
        np.linspace(0, 1195.31, samples + 2 * day),
        start=micros("2022-12-31 00:00:00"),
    )
    weather = replace(rows, label="weather", values=np.linspace(-10.4, 37, samples + 2 * day))
    ahead = CalendarBlock(horizon_start=0, horizon_end=24, scale=True)
    plan = window_plan(
        [series_plan("load", -24, 0, scale=True), series_plan("weather", 0, 24)],
        [series_plan("load", 0, 24, scale=True)],
        steps=(97, 97, 15, 0),
        calendar=CalendarPlan(year=ahead, week=ahead, day=ahead, holiday=ahead),
    )
    windows = build_windows(plan, {"load": rows, "weather": weather})
    split = split_windows(windows, plan.split)
    assert split.sizes == (74_391, 21_255, 10_627)
    assert windows.inputs(slice(0, 3)).shape == (3, 97, 9)
    assert windows.outputs(split.test[-2:]).shape == (2, 97, 1)
    assert shown(windows.reference_times[0]) == "2023-01-01 00:00:00"
    assert shown(windows.reference_times[split.test[0]]) == "2025-09-23 07:30:00"
    held = sum(column.layout.length for column in windows.input_columns)
    assert held < 10 * (samples + 2 * day)


@given(n=st.integers(3, 5000), train=st.integers(1, 989), validation=st.integers(1, 989))
def test_sizes_sum_to_n_and_round_half_to_even_in_tenths_of_a_percent(n, train, validation):
    assume(train + validation < 1000)
    test = 1000 - train - validation
    plan = SplitPlan(train=train / 10, validation=validation / 10, test=test / 10)
    sizes = block_sizes(n, plan)
    assert sum(sizes) == n
    assert min(sizes) >= 0
    whole, rest = divmod(n * train, 1000)
    expected = whole + (rest > 500 or (rest == 500 and whole % 2 == 1))
    assert sizes[0] == expected


@given(n=st.integers(0, 40), train=st.integers(1, 97))
def test_what_is_needed_is_the_next_number_that_leaves_no_block_empty(n, train):
    plan = SplitPlan(train=train, validation=98 - train, test=2) if train < 98 else SplitPlan()
    needed = needed_samples(n, plan)
    assert min(block_sizes(needed, plan)) > 0
    assert all(min(block_sizes(one, plan)) == 0 for one in range(n + 1, needed))


def test_needed_samples_are_a_safe_bound_where_counting_would_take_long():
    plan = SplitPlan(
        train=Fraction("50"), validation=Fraction("49.99999"), test=Fraction("0.00001")
    )
    assert min(block_sizes(needed_samples(10, plan), plan)) > 0


def test_shuffling_changes_the_order_of_training_samples_and_nothing_else():
    windows = made({})
    plain_split = split_windows(windows, SplitPlan())
    shuffled = split_windows(windows, SplitPlan(shuffle=True, seed=4))
    assert sorted(shuffled.train.tolist()) == plain_split.train.tolist()
    assert shuffled.train.tolist() != plain_split.train.tolist()
    assert shuffled.validation.tolist() == plain_split.validation.tolist()
    assert shuffled.test.tolist() == plain_split.test.tolist()
    again = split_windows(windows, SplitPlan(shuffle=True, seed=4))
    assert again.train.tolist() == shuffled.train.tolist()
    other = split_windows(windows, SplitPlan(shuffle=True, seed=5))
    assert other.train.tolist() != shuffled.train.tolist()


@settings(max_examples=examples(12))
@given(SEEDS, st.booleans())
def test_the_certificate_counts_what_brute_force_counts(seed, gap):
    plan, series = splittable_session(seed, gap=gap)
    windows = build_windows(plan, series)
    split, certificate = certified(windows)
    rows = brute_rows(PlainWindows(plan, plain(series)).run(), split)
    for block in certificate.blocks:
        assert sum(block.rows.values()) == len(rows[block.block])
    for shared, (a, b) in zip(certificate.shared, combinations(rows, 2), strict=True):
        assert shared.blocks == (a, b)
        assert shared.total == len(rows[a] & rows[b])
    assert certificate.ok == (sum(one.total for one in certificate.shared) == 0)
    if gap:
        assert certificate.ok
        assert certificate.leaks == ()


@settings(max_examples=examples(6))
@given(SEEDS)
def test_with_a_gap_no_sample_shares_an_instant_or_a_row_with_a_later_block(seed):
    plan, series = splittable_session(seed, gap=True)
    windows = build_windows(plan, series)
    split = split_windows(windows, plan.split)
    first, last = sample_extent(windows.plan)
    times = windows.reference_times
    assert times[split.train].max() + last < times[split.validation].min() + first
    assert times[split.validation].max() + last < times[split.test].min() + first
    together = np.concatenate([*split.blocks.values(), split.left_out])
    assert sorted(together.tolist()) == list(range(windows.n))
    assert len(split.test) == block_sizes(windows.n, plan.split)[2]


def test_a_gap_leaves_out_samples_that_read_a_row_of_the_next_block_between_its_points():
    """Hourly rows at quarter-hour points: a row after the window's end is read as well."""
    hourly = regular("x", np.arange(100.0), step=HOUR)
    plan = window_plan(
        [series_plan("x", -1, 0)], [series_plan("x", 0, 1)], split=SplitPlan(gap=True)
    )
    windows = build_windows(plan, {"x": hourly})
    split, certificate = certified(windows)
    assert certificate.ok
    sizes = block_sizes(windows.n, plan.split)
    next_start = windows.reference_times[sizes[0]] - HOUR
    by_instants = int(np.searchsorted(windows.reference_times, next_start - HOUR))
    assert len(split.train) < by_instants


def test_without_a_gap_the_certificate_says_how_many_rows_are_shared():
    windows = made({})
    split, certificate = certified(windows)
    assert not certificate.ok
    shared = {one.blocks: one.total for one in certificate.shared}
    # 2 h + 1 h windows at 15 min overlap the next block's first in 8 rows of x and 4 of y
    assert shared["train", "validation"] == 8 + 4
    assert certificate.leaks[0] == "leaks: 12 shared rows between train and validation"
    assert certificate.fits[0].fitted_on == "train"
    assert certificate.fits[0].also_in_test == shared["train", "test"] == 0
    assert len(split.left_out) == 0


def test_two_labels_of_one_source_are_counted_as_the_same_rows():
    values = np.arange(200.0)
    plan = window_plan([series_plan("x", -2, 0)], [series_plan("y", 0, 1)])
    series = {name: regular(name, values, source="a file") for name in ("x", "y")}
    _, certificate = certified(build_windows(plan, series))
    # the last target of training lies 3 h, that is 12 rows, after the first input of validation
    assert {one.blocks: one.rows for one in certificate.shared}["train", "validation"] == {
        "a file": 12
    }


def test_the_leaky_option_permutes_all_samples_and_the_certificate_names_its_leaks():
    windows = made({"leaky": True, "shuffle": True, "seed": 1})
    split, certificate = certified(windows)
    assert sorted(np.concatenate(list(split.blocks.values())).tolist()) == list(range(windows.n))
    assert split.test.min() < split.train.max()
    assert not certificate.ok
    fit = certificate.fits[0]
    assert fit.fitted_on == "all_samples"
    assert fit.also_in_test == sum(certificate.blocks[2].rows.values())
    assert any("fitted on all samples" in leak for leak in certificate.leaks)
    stored = certificate.to_json()
    assert stored["blocks"][2]["samples"] == len(split.test)
    assert stored["ok"] is False


def test_too_short_blocks_for_their_gap_are_refused_with_what_is_needed():
    windows = made({"gap": True}, rows=70)
    with pytest.raises(TooFewSamples) as refused:
        split_windows(windows, windows.plan.split)
    enough = made({"gap": True}, rows=70 + refused.value.needed - windows.n)
    assert min(split_windows(enough, enough.plan.split).sizes) > 0
    short = made({"gap": True}, rows=70 + refused.value.needed - windows.n - 1)
    with pytest.raises(TooFewSamples):
        split_windows(short, short.plan.split)


def test_periods_left_out_are_read_by_no_window():
    left_out = Period(start=20 * HOUR, end=21 * HOUR, note="meter changed")
    windows = made({"excluded": (left_out,)})
    times = windows.reference_times
    # windows reach from -2 h to +1 h: 19:00 ends on 20:00, 22:45 begins on 20:45
    assert not ((times >= 19 * HOUR) & (times < 23 * HOUR)).any()
    assert {18 * HOUR + 45 * MINUTE, 23 * HOUR} <= set(times.tolist())
    counts = windows.dropped.counts
    texts = {reason.text for (_, reason) in counts}
    assert "in a period that is left out" in texts
    grid_rows = windows.kept
    for column in windows.series_columns:
        used = np.flatnonzero(column.rows_used(grid_rows)) * 15 * MINUTE
        assert not ((used >= left_out.start) & (used < left_out.end)).any()


def test_a_row_in_the_period_is_read_by_no_point_before_it_either():
    """At 09:45 the window ends before the period, but its last point leans on the row of 10:00."""
    period = Period(start=10 * HOUR, end=10 * HOUR + MINUTE)
    plan = window_plan(
        [series_plan("x", -0.5, 0)], [series_plan("y", 0, 0)], split=SplitPlan(excluded=(period,))
    )
    hourly = regular("x", np.arange(50.0), step=HOUR)
    windows = build_windows(plan, {"x": hourly, "y": regular("y", np.arange(200.0))})
    minutes = set((windows.reference_times // MINUTE).tolist())
    assert {540, 660 + 30} <= minutes
    assert not {555, 570, 585, 600, 615, 630, 645} & minutes


@settings(max_examples=examples(12))
@given(SEEDS, st.integers(0, 20), st.integers(1, 200))
def test_what_a_period_leaves_out_is_what_plain_python_leaves_out(seed, begin, minutes):
    plan, series = random_session(seed)
    start = micros("2024-03-30 06:00:00") + begin * HOUR
    period = Period(start=start, end=start + minutes * MINUTE)
    oracle = PlainWindows(plan, plain(series)).run()
    points = {one.label: plan.steps.input_steps for one in plan.inputs}
    points |= {one.label: plan.steps.output_steps for one in plan.outputs}

    def touches(sample):
        for one in (*plan.inputs, *plan.outputs):
            first, last = series_extent(one, points[one.label])
            begins, ends = sample.reference + first, sample.reference + last
            times = series[one.label].times[sorted(sample.rows[one.label])]
            if begins < period.end and ends >= period.start:
                return True
            if ((times >= period.start) & (times < period.end)).any():
                return True
        return False

    windows = build_windows(replace(plan, split=SplitPlan(excluded=(period,))), series)
    kept = [one.reference for one in oracle.samples if not touches(one)]
    assert windows.reference_times.tolist() == kept


def test_a_period_between_two_points_of_a_coarse_window_is_touched_all_the_same():
    plan = window_plan(
        [series_plan("x", -2, 0)],
        [series_plan("y", 0, 1)],
        steps=(2, 2, 60, 0),
        split=SplitPlan(excluded=(Period(start=10 * HOUR + MINUTE, end=10 * HOUR + 2 * MINUTE),)),
    )
    values = np.arange(200.0)
    windows = build_windows(plan, {"x": regular("x", values), "y": regular("y", values)})
    hours = (windows.reference_times // HOUR).tolist()
    assert [hour for hour in range(8, 15) if hour not in hours] == [10, 11, 12]


def test_a_series_that_is_input_and_output_counts_all_that_it_drops():
    values = np.sin(np.arange(200.0))
    values[100] = np.nan
    plan = window_plan([series_plan("x", -2, 0)], [series_plan("x", 0, 1)])
    dropped = build_windows(plan, {"x": regular("x", values)}).dropped
    counts = dropped.counts
    assert {name for name, _ in counts} == {"x"}
    assert len({reason for _, reason in counts}) == len(counts)
    assert sum(counts.values()) == len(dropped)
