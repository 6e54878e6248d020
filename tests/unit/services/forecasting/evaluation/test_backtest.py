"""Folds of a backtest, what they say together, drift beside them, and what errors cost."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn.model_selection import TimeSeriesSplit

from app.errors import Invalid
from services.forecasting.evaluation.backtest import (
    TooFewForBacktest,
    rolling_origins,
    summarise,
)
from services.forecasting.evaluation.cost import Price, error_cost
from services.forecasting.evaluation.drift import Drift, drift_note
from tests.support.depth import deep


@given(
    st.integers(3, 200),
    st.integers(2, 8),
    st.one_of(st.none(), st.integers(1, 20)),
    st.integers(0, 10),
    st.one_of(st.none(), st.integers(1, 50)),
)
def test_folds_are_those_of_scikit_learn(
    n: int, folds: int, test: int | None, gap: int, max_train: int | None
) -> None:
    reference = TimeSeriesSplit(n_splits=folds, test_size=test, gap=gap, max_train_size=max_train)
    try:
        expected = list(reference.split(np.zeros((n, 1))))
    except ValueError:
        with pytest.raises(TooFewForBacktest, match=f"{n} samples are too few for {folds} folds"):
            rolling_origins(n, folds, test=test, gap=gap, max_train=max_train)
        return
    ours = rolling_origins(n, folds, test=test, gap=gap, max_train=max_train)
    assert [list(fold.test) for fold in ours] == [rows.tolist() for _, rows in expected]
    assert [list(fold.train) for fold in ours] == [rows.tolist() for rows, _ in expected]


@given(
    st.integers(1, 200),
    st.integers(1, 5),
    st.integers(1, 20),
    st.integers(0, 20),
    st.integers(0, 9),
)
def test_blocks_of_a_fold_follow_each_other_with_the_gap_between(
    n: int, folds: int, test: int, validation: int, gap: int
) -> None:
    needed = folds * test + gap + 1 + (validation + gap if validation else 0)
    if n < needed:
        with pytest.raises(TooFewForBacktest, match=f"it takes {needed} or more"):
            rolling_origins(n, folds, test=test, validation=validation, gap=gap)
        return
    rows = rolling_origins(n, folds, test=test, validation=validation, gap=gap)
    assert rows[-1].test.stop == n
    for fold in rows:
        assert (len(fold.test), len(fold.validation)) == (test, validation)
        assert len(fold.train) >= 1
        if validation:
            assert fold.validation.start - fold.train.stop == gap
            assert fold.test.start - fold.validation.stop == gap
        else:
            assert fold.test.start - fold.train.stop == gap


@pytest.mark.parametrize(
    ("field", "value"), [("folds", 0), ("folds", 101), ("test", 0), ("gap", -1), ("max_train", 0)]
)
def test_a_number_out_of_range_is_named(field: str, value: int) -> None:
    fields = {"n": 100, "folds": 3} | {field: value}
    with pytest.raises(Invalid, match=f"{field} is {value}: expected") as refusal:
        rolling_origins(**fields)
    assert list(refusal.value.errors) == [field]


def test_metrics_of_folds_are_joined_where_they_are_defined() -> None:
    rows = [{"MAE": 1.0, "MASE": None}, {"MAE": 3.0, "MASE": 2.0}, {"MAE": 5.0, "none": None}]
    joined = summarise(rows)
    mae = joined["MAE"]
    assert (mae.n, mae.mean, mae.deviation, mae.low, mae.high) == (3, 3, 2, 1, 5)
    assert (joined["MASE"].n, joined["MASE"].deviation) == (1, None)
    assert joined["none"] is None
    assert summarise([]) == {}


def test_the_same_kind_of_errors_stays_within_the_band() -> None:
    draw = np.random.default_rng(2)
    trials = deep(200, 2_000)
    states = [
        drift_note(draw.exponential(1, 10), draw.exponential(1, 400)).state for _ in range(trials)
    ]
    outside = sum(state is not Drift.WITHIN for state in states)
    assert outside <= stats.binom.ppf(0.999, trials, 0.08)


def test_larger_and_smaller_errors_leave_the_band_on_their_side() -> None:
    backtest = np.random.default_rng(3).uniform(1, 2, 200)
    above, below = drift_note([3.0] * 8, backtest), drift_note([0.5] * 8, backtest)
    assert (above.state, below.state) == (Drift.ABOVE, Drift.BELOW)
    assert above.low < 1.5 < above.high
    assert "larger than in the backtest" in above.note()
    assert "smaller" in below.note()


def test_spells_of_errors_make_the_band_wider() -> None:
    spells = np.repeat(np.random.default_rng(4).uniform(0, 2, 40), 20)
    shuffled = np.random.default_rng(5).permutation(spells)
    recent = [1.0] * 20
    apart, mixed = drift_note(recent, spells), drift_note(recent, shuffled)
    assert apart.high - apart.low > 2 * (mixed.high - mixed.low)


@pytest.mark.parametrize(("recent", "backtest"), [([], [1.0] * 9), ([1.0] * 3, [1.0] * 14)])
def test_too_few_errors_give_no_band(recent: list[float], backtest: list[float]) -> None:
    note = drift_note(recent, backtest)
    assert (note.state, note.low, note.high) == (Drift.UNKNOWN, None, None)
    assert "too few" in note.note()


def test_errors_cost_by_their_side_and_their_energy() -> None:
    truth = np.array([[100.0, 100.0], [100.0, 100.0]])
    forecast = np.array([[90.0, 104.0], [100.0, 98.0]])  # too low 12, too high 4, of 4 cells
    price = Price(too_low=0.4, too_high=0.1, hours_per_step=0.25)
    cost = error_cost(truth, forecast, price, step_minutes=15)
    assert (cost.under, cost.over) == (3, 1)
    assert cost.per_step == pytest.approx(0.25 * (0.4 * 3 + 0.1 * 1))
    assert cost.per_window == pytest.approx(2 * cost.per_step)
    assert cost.per_day == pytest.approx(96 * cost.per_step)


def test_without_a_price_there_is_no_money() -> None:
    cost = error_cost(np.zeros((2, 2)), np.ones((2, 2)))
    assert (cost.under, cost.over, cost.per_step, cost.per_day) == (0, 1, None, None)
    assert error_cost(np.zeros((0, 2)), np.ones((0, 2))).over is None
