"""What baselines repeat: the output by its own rule, and nothing that training has not seen."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.forecasting.evaluation.baselines import choose_season, naive, seasonal_naive
from services.forecasting.training.geometry import step_minutes
from services.forecasting.training.measure import baselines_of
from services.forecasting.training.output_series import (
    known_steps,
    measured_output,
    training_series,
)
from services.forecasting.windows.plan import SplitPlan
from services.forecasting.windows.series import RawSeries
from tests.factories.prepared import prepared
from tests.factories.windows import HOUR, MINUTE, regular, series_plan, window_plan
from tests.support.depth import examples

DAY = 24 * 3_600
SPLIT = SplitPlan(train=50, validation=25, test=25)
RULES = ({"method": "linear"}, {"method": "mean"}, {"method": "nearest"}, {"average": True})
SEEDS = st.integers(0, 2**32 - 1)


def load(seed: int = 0, days: int = 8) -> RawSeries:
    """Return noise around a daily wave, every 15 minutes."""
    hours = np.arange(days * 96) / 4
    noise = np.random.default_rng(seed).normal(size=len(hours))
    return regular("load", 50 + 10 * np.sin(2 * np.pi * hours / 24) + 8 * noise)


def session(raw: RawSeries, *, steps=(4, 3, 60, 0), horizon=(1, 3), **rule):
    past, ahead = series_plan("load", -3, 0), series_plan("load", *horizon, **rule)
    return prepared(window_plan([past], [ahead], steps=steps, split=SPLIT), {"load": raw})


@pytest.mark.parametrize("rule", RULES)
def test_seasonal_naive_is_what_the_output_was_a_season_before_by_its_own_rule(rule) -> None:
    data = session(load(), **rule)
    references = data.windows.reference_times // 1_000_000
    series, offsets = measured_output(data, 0)
    repeated = seasonal_naive(series, references[24:], offsets, DAY)
    before = data.windows.outputs(slice(None))[:-24, :, 0]
    np.testing.assert_allclose(repeated, before, rtol=1e-6)


@given(SEEDS, st.sampled_from(RULES), st.integers(-4, 3))
@settings(max_examples=examples(15), deadline=None)
def test_a_baseline_reads_no_row_that_is_not_known_before_its_window(seed, rule, start) -> None:
    raw = load(seed, days=3)
    at, horizon = 48 * HOUR, (start, start + 2)
    unknown = raw.times >= at + min(start * HOUR, 1)
    later = RawSeries(label="load", times=raw.times, values=np.where(unknown, 1e9, raw.values))
    rows = []
    for one in (raw, later):
        series, offsets = measured_output(session(one, horizon=horizon, **rule), 0)
        rows.append(naive(series, [at // 10**6], offsets))
        rows.append(seasonal_naive(series, [at // 10**6], offsets, DAY))
    np.testing.assert_array_equal(rows[0], rows[2])
    np.testing.assert_array_equal(rows[1], rows[3])
    assert np.isfinite(rows[0]).all()


@given(SEEDS, st.sampled_from(RULES), st.sampled_from([1, 3]))
@settings(max_examples=examples(15), deadline=None)
def test_what_training_does_not_read_changes_neither_the_seasonal_scale_nor_the_season(
    seed, rule, output_steps
) -> None:
    raw, horizon = load(seed), (1, 24)
    data = session(raw, steps=(4, output_steps, 60, 0), horizon=horizon, **rule)
    last_row = raw.times[
        data.windows.series_columns[1].rows_used(data.windows.kept[data.split.train])
    ]
    wild = np.where(raw.times > last_row.max(), 1e9, raw.values)
    changed = RawSeries(label="load", times=raw.times, values=wild)
    other = session(changed, steps=(4, output_steps, 60, 0), horizon=horizon, **rule)
    series = training_series(data, 0)
    np.testing.assert_array_equal(series, training_series(other, 0))
    assert len(series) > 5
    minutes = step_minutes(data.plan)[0] or 60
    assert choose_season(series, minutes) == choose_season(training_series(other, 0), minutes)


def test_a_baseline_keeps_the_bounds_of_its_output() -> None:
    data = session(load(), lower=55.0)
    for of in baselines_of(data, {"load": 60.0}, {"load": 24}).values():
        assert of["load"].min() == 55.0


def test_a_raster_of_too_many_points_is_that_of_the_steps() -> None:
    raw = RawSeries(label="load", times=np.arange(400) * 10 * MINUTE, values=np.arange(400.0))
    data = session(raw, steps=(4, 6, 7.0001, 0), horizon=(1, 3), method="mean")
    series, _ = measured_output(data, 0)
    times, values = series.known()
    assert set(np.diff(times)) == {24 * MINUTE}
    np.testing.assert_allclose(values[2:-2], times[2:-2] / (10 * MINUTE), atol=0.5)


@pytest.mark.parametrize(
    ("horizon", "more", "known"),
    [((1, 3), {}, 0), ((0, 2), {}, 1), ((-1, 1), {}, 2), ((-3, 1), {"average": True}, 0),
     ((-2, 0), {"average": True}, 3)],
)  # fmt: skip
def test_steps_that_an_input_of_the_same_rows_reads_are_counted(horizon, more, known) -> None:
    assert known_steps(session(load(), horizon=horizon, **more), 0) == known
