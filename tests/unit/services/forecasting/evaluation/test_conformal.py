"""Conformal intervals and their coverage, against simulation and other libraries."""

import json
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import mean_pinball_loss
from statsmodels.stats.proportion import proportion_confint

from services.forecasting.evaluation.conformal import (
    conformal_widths,
    prediction_interval,
    rank,
    windows_needed,
)
from services.forecasting.evaluation.coverage import (
    interval_score,
    measured_coverage,
    pinball_loss,
)
from tests.support.depth import deep

alphas = st.sampled_from([0.01, 0.05, 0.1, 0.2, 0.3, 0.5])


@given(st.integers(0, 400), alphas)
def test_the_rank_is_the_least_that_covers(n: int, alpha: float) -> None:
    at = rank(n, alpha)
    share = 1 - Fraction(str(alpha))
    assert Fraction(at, n + 1) >= share
    assert Fraction(at - 1, n + 1) < share
    assert (at <= n) == (n >= windows_needed(alpha))


def test_ranks_suffer_from_no_rounding() -> None:
    assert rank(9, 0.1) == 9  # 10 · 0.9 in doubles is 9 exactly, 10 · (1 - 0.1) may not be
    assert rank(99, 0.05) == 95
    assert [windows_needed(alpha) for alpha in (0.5, 0.1, 0.05, 0.01)] == [1, 9, 19, 99]


@pytest.mark.parametrize("alpha", [0, 1, -0.1, 90])
def test_a_share_that_is_none_is_refused(alpha: float) -> None:
    with pytest.raises(ValueError, match=f"alpha is {alpha}"):
        rank(10, alpha)


@given(st.integers(1, 60), alphas, st.integers(0, 99))
def test_half_widths_are_sorted_residuals_by_step(n: int, alpha: float, seed: int) -> None:
    draw = np.random.default_rng(seed)
    truth, forecast = draw.normal(0, 1, (n, 3)), draw.normal(0, 1, (n, 3))
    widths = conformal_widths(truth, forecast, alpha)
    at = rank(n, alpha)
    for step in range(3):
        ordered = sorted(np.abs(truth - forecast)[:, step])
        expected = ordered[at - 1] if at <= n else math.inf
        assert widths.half_widths[step] == expected
    assert (widths.note() is None) == (at <= n)


@pytest.mark.parametrize(("n", "alpha"), [(19, 0.1), (40, 0.1), (100, 0.05)])
def test_exchangeable_rows_are_covered_as_often_as_it_says(n: int, alpha: float) -> None:
    draw = np.random.default_rng(n)
    steps = deep(4_000, 40_000)  # each step is a trial of its own
    residuals = draw.standard_t(3, (n + 1, steps))
    widths = conformal_widths(residuals[:n], np.zeros((n, steps)), alpha)
    covered = int((np.abs(residuals[n]) <= widths.half_widths).sum())
    share = rank(n, alpha) / (n + 1)  # exact for continuous residuals
    assert 1 - alpha <= share < 1 - alpha + 1 / (n + 1)
    assert stats.binomtest(covered, steps, share).pvalue > 1e-3


@pytest.mark.parametrize("n", [0, 1, 8])
def test_few_rows_leave_the_interval_unbounded_and_say_so(n: int) -> None:
    widths = conformal_widths(np.zeros((n, 2)), np.ones((n, 2)), 0.1)
    assert widths.plain() == [None, None]
    windows = "window is" if n == 1 else "windows are"
    assert f"{n} validation {windows} too few for a 90 % interval" in widths.note()
    low, high = prediction_interval([5.0, 6.0], widths)
    assert low.tolist() == [-math.inf] * 2
    assert high.tolist() == [math.inf] * 2


def test_a_residual_that_is_no_number_makes_no_interval_narrower() -> None:
    forecast = np.ones((9, 2))
    forecast[4, 1] = np.nan
    widths = conformal_widths(np.zeros((9, 2)), forecast, 0.1)
    assert widths.plain() == [1.0, None]
    assert "no numbers" in widths.note()


def test_ends_stay_within_physical_bounds() -> None:
    widths = conformal_widths(np.zeros((9, 2)), np.full((9, 2), 3.0), 0.1)
    low, high = prediction_interval([[1.0, 8.0]], widths, bounds=(0, 10))
    assert low.tolist() == [[0, 5]]
    assert high.tolist() == [[4, 10]]


def test_coverage_is_counted_by_step_with_wilsons_interval() -> None:
    truth = np.array([[0.0, 0.0], [1.0, 5.0], [2.0, 0.5], [-1.0, 1.0]])
    low, high = np.full((4, 2), -1.0), np.full((4, 2), 1.0)
    result = measured_coverage(truth, low, high, 0.1)
    assert [one.covered for one in result.by_step] == [3, 3]
    for one in result.by_step:
        wilson = proportion_confint(3, 4, method="wilson")
        assert (one.low, one.high) == pytest.approx(wilson)
        assert one.mean_width == 2
    assert (result.overall.n, result.overall.covered, result.overall.low) == (8, 6, None)
    assert result.target == 0.9
    assert result.missed_steps() == []


def test_a_step_that_is_covered_too_seldom_is_named() -> None:
    truth = np.zeros((200, 2))
    truth[:60, 1] = 9
    result = measured_coverage(truth, truth * 0 - 1, truth * 0 + 1, 0.1)
    assert result.missed_steps() == [1]


def test_windows_that_overlap_are_fewer_independent_ones() -> None:
    truth = np.zeros((240, 2))
    truth[:40] = 9  # one spell: 83 % inside
    ends = np.ones_like(truth)
    result = measured_coverage(truth, -ends, ends, 0.1, overlaps=[1, 24])
    assert result.missed_steps() == [0]
    one = result.by_step[1]
    assert (one.low, one.high) == pytest.approx(proportion_confint(50 / 6, 10, method="wilson"))
    assert (one.n, one.covered, one.overlap) == (240, 200, 24)


def test_an_unbounded_interval_covers_and_has_no_width() -> None:
    ends = np.full((3, 1), np.inf)
    (one,) = measured_coverage(np.zeros((3, 1)), -ends, ends, 0.1).by_step
    assert (one.share, one.mean_width, one.score) == (1, None, None)
    json.dumps(one.__dict__, allow_nan=False)


def test_no_test_window_has_no_coverage() -> None:
    nothing = np.zeros((0, 2))
    result = measured_coverage(nothing, nothing, nothing, 0.1)
    assert [one.share for one in (*result.by_step, result.overall)] == [None] * 3


values = st.lists(st.floats(-50, 50), min_size=1, max_size=20)


@given(values, st.integers(0, 99), alphas)
def test_scores_are_those_of_scikit_learn(truth: list[float], seed: int, alpha: float) -> None:
    draw = np.random.default_rng(seed)
    low = draw.normal(0, 20, len(truth))
    high = low + draw.uniform(0, 30, len(truth))
    losses = [
        (low, alpha / 2, mean_pinball_loss(truth, low, alpha=alpha / 2)),
        (high, 1 - alpha / 2, mean_pinball_loss(truth, high, alpha=1 - alpha / 2)),
    ]
    for ends, quantile, expected in losses:
        assert pinball_loss(truth, ends, quantile) == pytest.approx(expected)
    # Gneiting and Raftery: the interval score is 2/α times the pinball losses of both ends
    total = 2 / alpha * sum(expected for _, _, expected in losses)
    assert interval_score(truth, low, high, alpha) == pytest.approx(total)


def test_scores_of_nothing_are_none() -> None:
    assert interval_score([], [], [], 0.1) is None
    assert pinball_loss([], [], 0.5) is None


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_forecast_that_is_no_number_bounds_nothing(value: float) -> None:
    widths = conformal_widths(np.zeros((9, 2)), np.ones((9, 2)), 0.1)
    low, high = prediction_interval([[value, 5.0]], widths, bounds=(0, None))
    assert low.tolist() == [[0, 4]]
    assert high.tolist() == [[math.inf, 6]]
    diverged = conformal_widths(np.zeros((9, 2)), np.full((9, 2), value), 0.1)
    assert diverged.plain() == [None, None]
    (one, _) = measured_coverage([[1.0, 5.0]], low, high, 0.1).by_step
    assert (one.share, one.mean_width, one.score) == (1, None, None)
