"""Single metrics against scikit-learn and plain Python, and against the tables."""

import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn import metrics as reference

from services.forecasting.evaluation import metrics
from services.forecasting.evaluation.tables import evaluation_tables
from tests.support.depth import examples

numbers = st.floats(-1e4, 1e4).filter(lambda value: value == 0 or abs(value) > 1e-3)
shapes = st.tuples(st.integers(1, 6), st.integers(1, 8))


@st.composite
def pairs(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    one = arrays(np.float64, draw(shapes), elements=numbers)
    return draw(one), draw(one)


@settings(max_examples=examples(25))
@given(pairs())
def test_metrics_are_those_of_scikit_learn(rows: tuple[np.ndarray, np.ndarray]) -> None:
    t, p = (one.ravel() for one in rows)
    assert metrics.mae(*rows) == pytest.approx(reference.mean_absolute_error(t, p))
    assert metrics.mse(*rows) == pytest.approx(reference.mean_squared_error(t, p))
    assert metrics.rmse(*rows) == pytest.approx(reference.root_mean_squared_error(t, p))
    relative = 100 * reference.mean_absolute_percentage_error(t, p)
    assert metrics.mape(*rows) == pytest.approx(relative)


@settings(max_examples=examples(25))
@given(pairs())
def test_a_metric_alone_is_the_first_level_of_the_table(
    rows: tuple[np.ndarray, np.ndarray],
) -> None:
    table = evaluation_tables({"y": rows[0]}, {"y": rows[1]}, {"y": 15}).df_eval["y"]
    for name, of in metrics.BY_NAME.items():
        value = of(*rows)
        assert (value is None) == (table[name][0] is None)
        assert value is None or value == pytest.approx(table[name][0], rel=1e-9, abs=1e-9)


@given(st.lists(numbers, min_size=2, max_size=30), st.integers(1, 6))
def test_the_seasonal_scale_is_that_of_plain_python(train: list[float], season: int) -> None:
    gaps = [abs(train[at] - train[at - season]) for at in range(season, len(train))]
    scale = metrics.seasonal_scale(train, season)
    if not gaps or math.fsum(gaps) / len(gaps) <= 1e-12 * max(map(abs, train)):
        assert scale is None
    else:
        assert scale == pytest.approx(math.fsum(gaps) / len(gaps))


def test_a_missing_value_leaves_out_its_two_pairs_only() -> None:
    train = [1.0, 5.0, np.nan, 6.0, 3.0, 8.0]  # season 2: 5 to 6, 6 to 8; 1, 3 to nothing
    assert metrics.seasonal_scale(train, 2) == pytest.approx(1.5)
    assert metrics.seasonal_scale([1.0, np.nan, np.nan], 1) is None


@settings(max_examples=examples(25))
@given(pairs(), st.integers(1, 4))
def test_the_skill_is_one_less_the_ratio_of_both_seasonal_mase(
    rows: tuple[np.ndarray, np.ndarray], season: int
) -> None:
    truth, forecast = rows
    baseline = truth + np.linspace(1, 3, truth.size).reshape(truth.shape)
    train = np.sin(np.arange(20) ** 2)
    ratio = metrics.seasonal_mase(truth, forecast, train, season) / metrics.seasonal_mase(
        truth, baseline, train, season
    )
    assert metrics.skill(truth, forecast, baseline) == pytest.approx(1 - ratio)


def test_skill_is_1_for_no_error_0_for_the_baseline_and_unknown_against_perfection() -> None:
    truth = np.array([[1.0, 2.0, 4.0]])
    assert metrics.skill(truth, truth, truth + 1) == 1
    assert metrics.skill(truth, truth - 1, truth + 1) == 0
    assert metrics.skill(truth, truth + 3, truth + 1) == -2
    assert metrics.skill(truth, truth + 1, truth) is None


def test_bias_is_above_zero_where_the_forecast_is_too_high() -> None:
    assert metrics.bias([[1.0, 2.0]], [[2.0, 5.0]]) == 2


def test_smape_goes_from_0_to_200() -> None:
    assert metrics.smape([[0.0, 0.0]], [[0.0, 0.0]]) == 0
    assert metrics.smape([[0.0, 5.0]], [[3.0, -5.0]]) == 200


@pytest.mark.parametrize("name", metrics.METRICS)
@pytest.mark.parametrize(
    ("truth", "forecast"),
    [
        ([[]], [[]]),
        ([[1.0, 2.0]], [[np.nan, 2.0]]),
        ([[1.0, 2.0]], [[np.inf, 2.0]]),
    ],
)
def test_what_is_no_number_is_none(name: str, truth: list, forecast: list) -> None:
    assert metrics.BY_NAME[name](truth, forecast) is None


def test_a_square_that_overflows_is_none_and_the_rest_stays() -> None:
    truth, forecast = [[1e200, 2e200]], [[2e200, 1e200]]
    assert metrics.mse(truth, forecast) is None
    assert metrics.nrmse(truth, forecast) is None
    assert metrics.mae(truth, forecast) == pytest.approx(1e200)


@pytest.mark.parametrize("season", [0, -1])
def test_a_season_below_one_step_is_refused(season: int) -> None:
    with pytest.raises(ValueError, match=f"season is {season}"):
        metrics.seasonal_scale([1.0, 2.0], season)


def test_the_package_is_imported_without_heavy_libraries() -> None:
    script = (
        "import pkgutil, sys, importlib, services.forecasting.evaluation as package\n"
        "for one in pkgutil.iter_modules(package.__path__, package.__name__ + '.'):\n"
        "    importlib.import_module(one.name)\n"
        "print({'scipy', 'statsmodels', 'sklearn', 'pandas', 'polars', 'torch'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"
