"""Residuals, the Diebold-Mariano test and the interval of the skill, against statsmodels."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.diagnostic import acorr_ljungbox
from statsmodels.stats.sandwich_covariance import weights_bartlett, weights_uniform
from statsmodels.tsa.stattools import acf

from services.forecasting.evaluation.compare import (
    BARTLETT,
    RECTANGULAR,
    diebold_mariano,
    overlap_of,
    window_losses,
)
from services.forecasting.evaluation.residuals import residual_autocorrelation
from services.forecasting.evaluation.skill_interval import skill_interval
from services.forecasting.evaluation.verdict import AccuracyVerdict, sentence_of, verdict_of
from tests.support.depth import deep, examples

seeds = st.integers(0, 10_000)


def moving_sums(draw: np.random.Generator, n: int, h: int) -> np.ndarray:
    """Return n values that are correlated below lag h, as errors of windows that overlap are."""
    return np.convolve(draw.normal(0, 1, n + h - 1), np.ones(h) / h, "valid")


@given(seeds, st.integers(12, 80), st.integers(1, 15))
def test_autocorrelations_and_ljung_box_are_those_of_statsmodels(
    seed: int, n: int, lags: int
) -> None:
    residuals = np.random.default_rng(seed).normal(3, 2, n)
    lags = min(lags, n - 1)
    result = residual_autocorrelation(residuals, lags=lags)
    np.testing.assert_allclose(
        result.autocorrelations, acf(residuals, nlags=lags, fft=False)[1:], atol=1e-12
    )
    reference = acorr_ljungbox(residuals, lags=[lags])
    assert result.statistic == pytest.approx(reference["lb_stat"].iloc[0])
    assert result.p_value == pytest.approx(reference["lb_pvalue"].iloc[0], abs=1e-12)


def test_a_gap_is_no_neighbour() -> None:
    draw = np.random.default_rng(5)
    residuals, positions = draw.normal(0, 1, 40), np.r_[0:20, 30:50]
    gapped = np.full(50, np.nan)
    gapped[positions] = residuals
    result = residual_autocorrelation(residuals, positions, lags=5)
    reference = acf(gapped, nlags=5, fft=False, missing="conservative")[1:]
    np.testing.assert_allclose(result.autocorrelations, reference, atol=1e-12)


def test_residuals_that_overlap_are_not_tested_for_being_white() -> None:
    residuals = moving_sums(np.random.default_rng(2), 60, 4)
    result = residual_autocorrelation(residuals, lags=6, overlap=4)
    assert (result.statistic, result.p_value) == (None, None)
    assert result.autocorrelations[0] > 0.4


@pytest.mark.parametrize("residuals", [[], [1.0], [2.0] * 20, [np.nan] * 20])
def test_too_few_or_equal_residuals_have_no_autocorrelation(residuals: list[float]) -> None:
    result = residual_autocorrelation(residuals)
    assert set(result.autocorrelations) <= {None}
    assert result.p_value is None


def test_two_windows_at_one_reference_time_are_refused() -> None:
    with pytest.raises(ValueError, match="positions must differ"):
        residual_autocorrelation([1.0, 2.0], [3, 3])


@settings(max_examples=examples(40))
@given(seeds, st.integers(20, 90), st.integers(1, 6))
def test_the_statistic_is_that_of_statsmodels_with_its_correction(
    seed: int, n: int, h: int
) -> None:
    draw = np.random.default_rng(seed)
    first, second = 5 + moving_sums(draw, n, h), 5.2 + moving_sums(draw, n, h)
    result = diebold_mariano(first, second, h)
    weights = {RECTANGULAR: weights_uniform, BARTLETT: weights_bartlett}[result.kernel]
    robust = OLS(first - second, np.ones(n)).fit(
        cov_type="HAC",
        cov_kwds={"maxlags": h - 1, "weights_func": weights},
    )
    correction = ((n + 1 - 2 * h + h * (h - 1) / n) / n) ** 0.5
    statistic = robust.params[0] / robust.cov_params()[0, 0] ** 0.5 * correction
    assert result.statistic == pytest.approx(statistic)
    assert result.p_value == pytest.approx(2 * stats.t.sf(abs(statistic), n - 1), abs=1e-12)


def test_a_variance_below_zero_is_summed_with_weights_that_cannot_be() -> None:
    zigzag = np.tile([1.0, -1.0], 20) + 0.05
    result = diebold_mariano(zigzag, np.zeros(40), 2)
    assert result.kernel == BARTLETT
    assert result.p_value is not None


def test_dropped_windows_do_not_become_neighbours() -> None:
    draw = np.random.default_rng(4)
    whole = moving_sums(draw, 60, 3) + 0.2
    positions = np.r_[0:25, 40:60]
    apart = diebold_mariano(whole[positions], np.zeros(45), 3, positions)
    joined = diebold_mariano(whole[positions], np.zeros(45), 3)
    x = np.zeros(60)
    x[positions] = whole[positions] - whole[positions].mean()
    variance = sum((1 if k == 0 else 2) * (x[: 60 - k] @ x[k:]) for k in range(3)) / 45
    correction = ((45 + 1 - 6 + 6 / 45) / 45) ** 0.5
    expected = whole[positions].mean() / (variance / 45) ** 0.5 * correction
    assert apart.statistic == pytest.approx(expected)
    assert apart.statistic != pytest.approx(joined.statistic, rel=1e-6)


def test_a_forecast_that_is_equally_good_is_seldom_called_better_or_worse() -> None:
    draw = np.random.default_rng(11)
    trials, h = deep(400, 4_000), 4
    claims = 0
    for _ in range(trials):
        first, second = (np.abs(moving_sums(draw, 200, h)) for _ in range(2))
        verdict = verdict_of(diebold_mariano(first, second, h))
        claims += verdict in (AccuracyVerdict.BETTER, AccuracyVerdict.WORSE)
    assert claims <= stats.binom.ppf(0.999, trials, 0.075)  # 5 %, and a little for 200 windows


def test_neglected_overlap_would_claim_far_too_often() -> None:
    draw = np.random.default_rng(12)
    claims = 0
    for _ in range(200):
        first, second = (np.abs(moving_sums(draw, 200, 8)) for _ in range(2))
        claims += diebold_mariano(first, second, 1).p_value < 0.05
    assert claims > 40  # 20 % instead of 5: what the bandwidth is there for


def test_a_clearly_better_forecast_is_called_better_either_way_round() -> None:
    draw = np.random.default_rng(6)
    first, second = (np.abs(draw.normal(0, size, 200)) for size in (1, 2))
    assert verdict_of(diebold_mariano(first, second, 2)) is AccuracyVerdict.BETTER
    assert verdict_of(diebold_mariano(second, first, 2)) is AccuracyVerdict.WORSE


def test_equal_losses_decide_nothing() -> None:
    losses = np.random.default_rng(1).normal(5, 1, 50)
    result = diebold_mariano(losses, losses, 3)
    assert (result.statistic, result.p_value) == (0, 1)
    assert verdict_of(result) is AccuracyVerdict.UNDECIDED
    steady = diebold_mariano(losses, losses + 1, 1)
    assert (steady.statistic, steady.p_value) == (None, None)


@pytest.mark.parametrize(("n", "h"), [(0, 1), (1, 1), (9, 1), (40, 9), (5, 96)])
def test_few_windows_decide_nothing(n: int, h: int) -> None:
    losses = np.arange(n, dtype=float)
    result = diebold_mariano(losses, losses * 2 + 1, h)
    assert (result is None) == (n == 0)
    assert verdict_of(result) is AccuracyVerdict.TOO_FEW


@pytest.mark.parametrize(
    ("last", "spacing", "overlap"), [(900, 900, 1), (86_400, 900, 96), (0, 900, 1), (1000, 900, 2)]
)
def test_windows_overlap_as_far_as_they_look_ahead(last: int, spacing: int, overlap: int) -> None:
    assert overlap_of(last, spacing) == overlap


def test_window_losses_are_means_over_the_window() -> None:
    truth, forecast = np.zeros((2, 2)), np.array([[1.0, -3.0], [2.0, 2.0]])
    assert window_losses(truth, forecast).tolist() == [2, 2]
    assert window_losses(truth, forecast, power=2).tolist() == [5, 4]


def test_sentences_claim_no_more_than_the_test_allows() -> None:
    draw = np.random.default_rng(6)
    good, poor = (np.abs(draw.normal(0, size, 200)) for size in (1, 2))
    said = sentence_of(diebold_mariano(good, poor, 2), "LIN", "seasonal naive")
    assert "smaller than that of seasonal naive" in said
    assert "would be rare" in said
    chance = np.random.default_rng(3).normal(5, 1, 200)
    said = sentence_of(diebold_mariano(chance, np.roll(chance, 1), 1), "LIN", "naive")
    assert "may be chance" in said
    assert "no proof" in said
    said = sentence_of(diebold_mariano(good[:20], poor[:20], 10), "LIN", "naive")
    assert "too few" in said
    assert "rare" not in said
    assert "no test window" in sentence_of(None, "LIN", "naive")


def test_the_interval_of_the_skill_is_in_the_sentence() -> None:
    draw = np.random.default_rng(6)
    good, poor = (np.abs(draw.normal(0, size, 200)) for size in (1, 2))
    skill = skill_interval(good, poor, 2, seed=1)
    said = sentence_of(diebold_mariano(good, poor, 2), "LIN", "naive", skill)
    assert f"skill score is {skill.skill:.3f}" in said


@settings(max_examples=examples(20))
@given(seeds, st.integers(10, 60), st.integers(1, 12))
def test_drawn_blocks_are_consecutive_windows_going_round(seed: int, n: int, h: int) -> None:
    draw = np.random.default_rng(seed)
    own, other = draw.uniform(1, 2, n), draw.uniform(1, 2, n)
    result = skill_interval(own, other, h, seed=3, draws=50)
    assert result.skill == pytest.approx(1 - own.mean() / other.mean())
    assert result.block >= h
    if result.low is None:
        assert n < 5 * result.block
        return
    starts = np.random.default_rng(3).integers(0, n, (50, -(-n // result.block)))
    rows = (starts[:, :, None] + np.arange(result.block)).reshape(50, -1) % n
    skills = 1 - own[rows].mean(axis=1) / other[rows].mean(axis=1)
    assert [result.low, result.high] == pytest.approx(np.quantile(skills, [0.025, 0.975]).tolist())


def test_the_interval_of_the_skill_holds_the_true_one_about_as_often_as_it_says() -> None:
    draw = np.random.default_rng(8)
    trials, held = deep(150, 1_000), 0
    for at in range(trials):
        own = 2 + moving_sums(draw, 300, 5)
        other = 4 + moving_sums(draw, 300, 5)
        result = skill_interval(own, other, 5, seed=at, draws=400)
        held += result.low <= 0.5 <= result.high
    assert held >= stats.binom.ppf(0.001, trials, 0.90)  # blocks of 5 lose a little of 95 %


def test_a_baseline_without_error_gives_no_skill() -> None:
    assert skill_interval(np.ones(20), np.zeros(20), 1, seed=1) is None
    assert skill_interval([], [], 1, seed=1) is None


def test_the_same_seed_gives_the_same_interval() -> None:
    losses = np.random.default_rng(1).uniform(1, 2, (2, 80))
    assert skill_interval(*losses, 3, seed=7) == skill_interval(*losses, 3, seed=7)


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e200])
def test_a_diverged_forecast_is_left_out_and_named(value: float) -> None:
    draw = np.random.default_rng(6)
    good, poor = (np.abs(draw.normal(0, size, 200)) for size in (1, 2))
    whole = diebold_mariano(good[:190], poor[:190], 2)
    good[190:] = value
    result = diebold_mariano(good, poor, 2)
    assert (result.n, result.left_out) == (190, 10)
    assert result.statistic == pytest.approx(whole.statistic)
    assert "Left out: 10 windows" in sentence_of(result, "LSTM", "naive")
    assert skill_interval(good, poor, 2, seed=1).n == 190
    residuals = residual_autocorrelation(good, lags=3)
    assert residuals.n == 190
    assert (
        residuals.autocorrelations == residual_autocorrelation(good[:190], lags=3).autocorrelations
    )


def test_windows_without_a_step_have_no_loss() -> None:
    assert np.isnan(window_losses(np.zeros((3, 0)), np.zeros((3, 0)))).all()
