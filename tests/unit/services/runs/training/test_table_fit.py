"""Gaps and categories of a table: fitted on training rows alone, the same way at many sites."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import OneHotEncoder

from app.errors import Invalid
from services.datasets.types import TrainingData
from services.runs.training.data.certificate import certify_run
from services.runs.training.data.split import Split
from services.runs.training.data.table import ColumnCounts, count_columns, fit_of
from tests.factories.training import gappy_table
from tests.support.depth import examples

NAN = float("nan")


def small(cells: list[float], wards: list[str], fill: str = "median") -> TrainingData:
    rows = len(cells)
    return TrainingData(
        kind="table",
        x=np.array(cells, dtype=np.float32)[:, None],
        y=np.arange(rows) % 2,
        patients=np.array([f"p{n}" for n in range(rows)]),
        classes=["0", "1"],
        feature_names=["crp"],
        columns={},
        sha256="0" * 64,
        categories={"ward": np.array(wards)},
        fills={"crp": fill, "ward": "mode"},
    )


def rows(*numbers: int) -> np.ndarray:
    return np.array(numbers, dtype=np.int64)


def test_the_inputs_of_a_table_with_gaps_are_golden() -> None:
    data = small([1, NAN, 3, 100], ["a", "b", "", "zz"])
    fit = fit_of(data, [count_columns(data, rows(0, 1, 2))])
    assert fit.inputs == ["crp", "crp (missing)", "ward = a", "ward = b", "ward (missing)"]
    assert fit.encode(data).tolist() == [
        [1, 0, 1, 0, 0],
        [2, 1, 0, 1, 0],
        [3, 0, 1, 0, 1],
        [100, 0, 0, 0, 0],  # zz is in no training row: all zero
    ]


@pytest.mark.parametrize("fill", ["median", "mode"])
def test_fills_and_categories_are_those_of_scikit_learn(fill: str) -> None:
    data = gappy_table(fill=fill)
    data.x[:, 1] = np.round(data.x[:, 1], -1)  # so that some value is the most frequent
    train = np.arange(60)
    fit = fit_of(data, [count_columns(data, train)])
    strategy = "median" if fill == "median" else "most_frequent"
    judge = SimpleImputer(strategy=strategy, add_indicator=True).fit(data.x[train].astype(float))
    wards = np.where(data.categories["ward"] == "", fit.modes["ward"], data.categories["ward"])
    spread = OneHotEncoder(handle_unknown="ignore", sparse_output=False).fit(wards[train, None])
    expected = np.hstack([judge.transform(data.x.astype(float)), spread.transform(wards[:, None])])
    assert np.allclose(fit.encode(data)[:, :-1], expected)


@given(st.integers(0, 10_000), st.lists(st.floats(-1e6, 1e6, width=32), min_size=8, max_size=20))
@settings(max_examples=examples(25))
def test_what_is_not_in_the_training_rows_changes_no_fit(seed: int, cells: list[float]) -> None:
    draw = np.random.default_rng(seed)
    wards = [str(one) for one in draw.integers(0, 3, size=len(cells))]
    data = small(cells, wards)
    train = np.flatnonzero(np.arange(len(cells)) % 2 == 0)
    other = np.array(cells, dtype=np.float32)
    other[1::2] = draw.normal(size=len(other[1::2])) * 1e5
    changed = replace(
        data,
        x=other[:, None],
        categories={"ward": np.where(np.arange(len(cells)) % 2, "new", data.categories["ward"])},
    )
    fits = [fit_of(one, [count_columns(one, train)]) for one in (data, changed)]
    assert fits[0] == fits[1]


def test_sites_agree_by_the_weight_of_their_cells() -> None:
    data = small([1, 2], ["a", "b"])
    parts = [
        ColumnCounts(values={"crp": v}, weights={"crp": w}, categories={"ward": c})
        for v, w, c in ((1.0, 10, {"a": 3}), (5.0, 30, {"b": 4}), (9.0, 15, {"a": 2, "c": 1}))
    ]
    fit = fit_of(data, parts)
    assert (fit.fills["crp"], fit.modes["ward"], fit.categories["ward"]) == (
        5.0, "a", ["a", "b", "c"],
    )  # fmt: skip
    mode = fit_of(small([1, 2], ["a", "b"], "mode"), parts)
    assert mode.fills["crp"] == 5.0


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.integers(1, 50)), min_size=1, max_size=6))
@settings(max_examples=examples(25))
def test_an_agreed_median_is_one_that_a_site_reported_and_halves_the_cells(
    sites: list[tuple[float, int]],
) -> None:
    data = small([1, 2], ["a", "b"])
    parts = [
        ColumnCounts(values={"crp": v}, weights={"crp": w}, categories={"ward": {"a": 1}})
        for v, w in sites
    ]
    agreed = fit_of(data, parts).fills["crp"]
    total = sum(weight for _, weight in sites)
    assert agreed in [value for value, _ in sites]
    assert 2 * sum(weight for value, weight in sites if value < agreed) <= total
    assert 2 * sum(weight for value, weight in sites if value > agreed) <= total


def test_a_column_without_a_value_in_training_rows_is_refused() -> None:
    data = small([NAN, NAN, 3], ["a", "b", ""])
    with pytest.raises(Invalid, match="Column 'crp' has no value in any training row"):
        fit_of(data, [count_columns(data, rows(0, 1))])


def test_a_certificate_counts_what_was_fitted_filled_and_unseen() -> None:
    data = small([1, NAN, 3, NAN, 100], ["a", "b", "", "zz", "a"])
    split = Split(train=rows(0, 1, 2), validation=rows(3), test=rows(4))
    fit = fit_of(data, [count_columns(data, split.train)])
    made = certify_run(data, split, [], split.train, fit).to_json()
    assert (made["ok"], made["leaks"]) == (True, [])
    assert [(one["what"], one["column"], one["rows"], one["value"]) for one in made["fits"]] == [
        ("scaler", None, 3, None),
        ("median", "crp", 2, 2.0),
        ("categories", "ward", 2, ["a", "b"]),
        ("mode", "ward", 2, "a"),
    ]
    assert made["filled"] == {
        "crp": {"train": 1, "validation": 1, "test": 0},
        "ward": {"train": 1, "validation": 0, "test": 0},
    }
    assert made["unseen"] == {"ward": {"train": 0, "validation": 1, "test": 0}}


def test_a_certificate_says_each_leak() -> None:
    data = small([1, 2, 3, 4], ["a", "b", "a", "b"])
    shared = replace(data, patients=np.array(["p0", "p1", "p2", "p0"]))
    split = Split(train=rows(0, 1), validation=rows(2), test=rows(3))
    fit = fit_of(data, [count_columns(data, rows(0, 1, 2))])
    made = certify_run(shared, split, [], rows(0, 1, 2), fit)
    assert not made.ok
    assert made.leaks[0] == "leaks: 0 shared rows and 1 shared patients between train and test"
    assert "leaks: median of crp fitted on 1 rows of validation and 0 rows of test" in made.leaks
