"""Figures from samples: the numbers of the programs that wrote the logs, and of another library."""

import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from services.imports.domain.evaluation import (
    EvaluationFigure,
    SampleScores,
    Statistic,
    count_unmapped,
    counted,
)
from services.imports.domain.sample_scores import number_of, recomputed

SCORES = st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=30)


def again(values: list[list[float]], statistic: Statistic, reducer: str = "mean") -> float | None:
    scores = SampleScores()
    for sample, epochs in enumerate(values):
        for one in epochs:
            scores.add(("m", "m"), str(sample), one)
    figure = EvaluationFigure(
        name="x", value=0.0, scores=("m", "m"), statistic=statistic, reducer=reducer
    )
    outcome = recomputed(figure, scores)
    return None if outcome is None else outcome[0]


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("C", 1.0), ("P", 0.5), ("I", 0.0), ("N", 0.0), ("Yes", 1.0), ("false", 0.0), ("0.25", 0.25),
        (True, 1.0), (3, 3.0), ("A", None), ([1], None), ({}, None), ("inf", None), (10**400, None),
    ],
)  # fmt: skip
def test_a_score_is_the_number_that_inspect_counts_it_as(value: object, number: object) -> None:
    assert number_of(value) == number


def test_no_score_and_nan_are_unscored() -> None:
    assert math.isnan(number_of(None) or 0.0)
    assert again([[1.0], [math.nan], [0.0]], "mean") == 0.5
    assert again([[math.nan]], "mean") is None


def test_figures_are_those_that_inspect_wrote() -> None:
    """Of the log colours.eval: four of ten right, each sample twice alike."""
    values = [[1.0, 1.0], [1.0, 1.0], [0.0, 0.0], [0.0, 0.0], [0.0, 0.0]]
    assert again(values, "mean") == pytest.approx(0.4, abs=1e-12)
    assert again(values, "stderr") == pytest.approx(0.24494897427831783, abs=1e-12)
    assert again([[1.0]], "stderr") == 0.0


@given(SCORES)
def test_the_standard_error_is_that_of_scipy_and_the_rest_that_of_statistics(
    values: list[float],
) -> None:
    single = [[one] for one in values]
    near = {"rel": 1e-9, "abs": 1e-9}
    assert again(single, "stderr") == pytest.approx(float(stats.sem(values)), **near)
    assert again(single, "mean") == pytest.approx(statistics.fmean(values), **near)
    assert again(single, "std") == pytest.approx(statistics.stdev(values), **near)
    assert again(single, "var") == pytest.approx(statistics.variance(values), rel=1e-6, abs=1e-6)


@given(st.lists(SCORES, min_size=1, max_size=5))
def test_the_order_of_samples_and_epochs_changes_nothing(values: list[list[float]]) -> None:
    mixed = [sorted(epochs) for epochs in reversed(values)]
    for reducer in ("mean", "median", "max"):
        one, other = again(values, "mean", reducer), again(mixed, "mean", reducer)
        assert one == pytest.approx(other, rel=1e-9, abs=1e-9)


def test_what_is_not_mapped_is_counted_by_its_name() -> None:
    left = SampleScores().left
    given_ = {"known": 1, "events": [1, 2], "store": {}, "limit": None, "files": {"a": 1}, "x": 0}
    count_unmapped(given_, frozenset(["known"]), left)
    assert dict(left) == {"events": 2, "files": 1}
    assert counted({"b": 1, "a": 1, "events": 2_000}) == "events (2,000), a (1), b (1)"
    assert counted({"b": 1, "a": 1}, most=1) == "a (1), 1 more kinds"
