"""The two evaluation tables against the given cases, the golden set and plain Python."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from services.forecasting.evaluation.metrics import METRICS
from services.forecasting.evaluation.tables import DELTA, EvaluationTables, evaluation_tables
from tests.support.depth import examples
from tests.unit.services.forecasting.evaluation.oracle import averaged, exact, metrics

CASES = json.loads((Path(__file__).parents[4] / "cases/training/metrics.json").read_text())
KEYS = {DELTA, *METRICS}


def tables_of(case: dict) -> EvaluationTables:
    outputs = case["outputs"]
    return evaluation_tables(
        {label: one["truth"] for label, one in outputs.items()},
        {label: one["forecast"] for label, one in outputs.items()},
        {label: one["delta_min"] for label, one in outputs.items()},
        train=case.get("train"),
        season=dict.fromkeys(outputs, case["season"]) if "season" in case else None,
    )


def close(value: float | None, expected: float | None) -> bool:
    if value is None or expected is None:
        return value is expected
    return math.isclose(value, expected, rel_tol=1e-9, abs_tol=1e-9)


def differing(actual: object, expected: object, place: tuple = ()) -> list:
    """Return each place where two tables differ, with both values."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        if set(actual) != set(expected):
            return [(place, sorted(actual), sorted(expected))]
        return [
            row for key in expected for row in differing(actual[key], expected[key], (*place, key))
        ]
    if isinstance(expected, list) and isinstance(actual, list):
        if len(actual) != len(expected):
            return [(place, len(actual), len(expected))]
        rows = enumerate(zip(actual, expected, strict=True))
        return [row for at, pair in rows for row in differing(*pair, (*place, at))]
    return [] if close(actual, expected) else [(place, actual, expected)]


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["name"])
def test_every_cell_of_a_given_case_is_as_expected(case: dict) -> None:
    tables, expect = tables_of(case), case["expect"]
    assert differing(tables.df_eval, expect["df_eval"]) == []
    assert differing(tables.df_eval_ts, expect["df_eval_ts"]) == []
    for label, value in expect.get("seasonal_mase", {}).items():
        assert close(tables.seasonal_mase[label], value)


def test_the_golden_set_of_the_contract() -> None:
    i, k = np.arange(3)[:, None], np.arange(12)[None, :]
    truth = 10.0 + (3 * i + 2 * k) % 7
    forecast = truth + 0.5 * ((i + k) % 3 - 1)
    tables = evaluation_tables({"y": truth}, {"y": forecast}, {"y": 15})
    table = tables.df_eval["y"]
    golden = {
        "MAE": (0.333333, 0.166667, 0.066667),
        "MAPE": (2.527403, 1.360637, 0.516951),
        "MSE": (0.166667, 0.041667, 0.006667),
        "RMSE": (0.408248, 0.204124, 0.081650),
        "NRMSE": (0.031606, 0.015803, 0.006329),
        "WAPE": (2.580645, 1.290323, 0.516796),
        "sMAPE": (2.530302, 1.362078, 0.516990),
        "MASE": (0.116667, 0.089947, 0.555556),
    }
    for name, values in golden.items():
        assert [round(table[name][at - 1], 6) for at in (1, 2, 5)] == list(values)
        assert table[name][2] == pytest.approx(0, abs=1e-12)
        assert table[name][11] == pytest.approx(0, abs=1e-12)
    first = {name: values[0] for name, values in tables.df_eval_ts["y"]["15.0"].items()}
    of_step_0 = {
        "MAPE": 2.708333,
        "NRMSE": 0.031404,
        "WAPE": 2.564103,
        "sMAPE": 2.735043,
        "MASE": 0.111111,
    }
    assert {name: round(first[name], 6) for name in of_step_0} == of_step_0


whole_numbers = st.integers(-30, 30).map(float)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    shape = (draw(st.integers(1, 5)), draw(st.integers(1, 15)))
    one = arrays(np.float64, shape, elements=whole_numbers)
    return draw(one), draw(one)


@settings(max_examples=examples(20))
@given(pairs())
def test_every_cell_is_that_of_plain_python(rows: tuple[np.ndarray, np.ndarray]) -> None:
    truth, forecast = rows
    tables = evaluation_tables({"y": truth}, {"y": forecast}, {"y": 5.0})
    for level in range(1, 13):
        t, p = averaged(exact(truth), level), averaged(exact(forecast), level)
        whole = {name: tables.df_eval["y"][name][level - 1] for name in METRICS}
        assert differing(whole, metrics(t, p)) == []
        by_block = tables.df_eval_ts["y"][str(5.0 * level)]
        for at in range(len(t[0])):
            expected = metrics([[row[at]] for row in t], [[row[at]] for row in p])
            assert differing({name: by_block[name][at] for name in METRICS}, expected) == []


@pytest.mark.parametrize("steps", [1, 5, 12, 97])
@pytest.mark.parametrize("n", [0, 1, 2, 40])
@pytest.mark.parametrize("kind", ["constant", "zero", "usual", "diverged"])
def test_no_shape_and_no_output_takes_the_tables_away(kind: str, n: int, steps: int) -> None:
    draw = np.random.default_rng(3)
    usual = draw.normal(50, 9, (n, steps))
    truth = {"constant": np.full((n, steps), 0.1), "zero": np.zeros((n, steps))}.get(kind, usual)
    forecast = (
        np.full((n, steps), np.nan)
        if kind == "diverged"
        else truth + draw.normal(0, 1, truth.shape)
    )
    tables = evaluation_tables(
        {"y": truth, "sane": usual}, {"y": forecast, "sane": usual + 1}, {"y": 15, "sane": 15}
    )
    json.dumps([tables.df_eval, tables.df_eval_ts, tables.seasonal_mase], allow_nan=False)
    assert set(tables.df_eval["y"]) == KEYS
    assert [len(column) for column in tables.df_eval["y"].values()] == [12] * 9
    for level in range(1, 13):
        has_cells = n > 0 and steps >= level
        row = {name: tables.df_eval["y"][name][level - 1] for name in METRICS}
        by_block = tables.df_eval_ts["y"][str(15.0 * level)]
        assert [len(column) for column in by_block.values()] == [steps // level] * 8
        assert (row["MAE"] is not None) == (has_cells and kind != "diverged")
        if kind in ("constant", "zero"):
            assert row["MASE"] is None
            assert by_block["MASE"] == [None] * (steps // level)
        assert (tables.df_eval["sane"]["MAE"][level - 1] is not None) == has_cells


def test_a_denominator_that_is_zero_but_for_rounding_is_zero() -> None:
    truth = np.tile([0.1, 0.2, -0.3], (4, 4))  # each block of three sums to 5.6e-17
    table = evaluation_tables({"y": truth}, {"y": truth + 1}, {"y": 1}).df_eval["y"]
    assert table["MAE"][2] == pytest.approx(1)
    assert (table["NRMSE"][2], table["WAPE"][2], table["MASE"][2]) == (None, None, None)
    assert table["sMAPE"][2] == pytest.approx(200)


def test_a_small_truth_is_no_rounding() -> None:
    truth = np.array([[1e-9, 3e-9, 2e-9, 4e-9]])
    table = evaluation_tables({"y": truth}, {"y": 2 * truth}, {"y": 1}).df_eval["y"]
    assert table["WAPE"][:2] == [pytest.approx(100), pytest.approx(100)]
    assert table["NRMSE"][0] is not None
    assert table["MASE"][0] is not None


def test_each_output_has_its_own_step_width() -> None:
    rows = np.ones((2, 4))
    tables = evaluation_tables(
        {"a": rows, "b": rows}, {"a": rows, "b": rows}, {"a": 7.5, "b": None}
    )
    assert tables.df_eval["a"][DELTA][:3] == [7.5, 15.0, 22.5]
    assert list(tables.df_eval_ts["a"])[:3] == ["7.5", "15.0", "22.5"]
    assert list(tables.df_eval_ts["b"])[:3] == ["a1", "a2", "a3"]


def test_differing_labels_and_shapes_are_named() -> None:
    rows = np.ones((2, 4))
    with pytest.raises(ValueError, match=r"labels of truth \['a'\], forecast \['b'\]"):
        evaluation_tables({"a": rows}, {"b": rows}, {"a": 1})
    with pytest.raises(ValueError, match=r"shape \(2, 4\), forecast \(2, 3\)"):
        evaluation_tables({"a": rows}, {"a": rows[:, :3]}, {"a": 1})
    with pytest.raises(ValueError, match="expected \\(windows, steps\\)"):
        evaluation_tables({"a": rows[0]}, {"a": rows[0]}, {"a": 1})
