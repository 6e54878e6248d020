"""Intervals of the figures about order: against a known error, and against resampled persons."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

from services.benchmarks.domain.order_errors import FIGURES, order_intervals
from services.statistics.clusters import cluster_error, cluster_interval
from services.statistics.interval import t_quantile


def tables(persons=40, pairs=12, seed=1):
    """Return tables of persons whose second rating follows their first; some lean to one side."""
    draw = np.random.default_rng(seed)
    first = draw.integers(1, 6, (persons, pairs))
    second = np.clip(first + draw.integers(-1, 2, (persons, 1)) + draw.integers(-1, 2), 1, 5)
    made = np.zeros((persons, 5, 5), dtype=np.int64)
    for person in range(persons):
        np.add.at(made[person], (first[person] - 1, second[person] - 1), 1)
    return made


def test_the_error_of_a_mean_is_that_of_the_ratio_of_totals():
    some = tables()
    apart = np.abs(np.subtract.outer(np.arange(5), np.arange(5)))
    sizes, sums = some.sum(axis=(1, 2)), (some * apart).sum(axis=(1, 2))
    assert_allclose(order_intervals(some)["mae"], cluster_interval(sizes, sums), rtol=1e-6)
    exact = np.trace(some, axis1=1, axis2=2)
    low, high = order_intervals(some)["exact_rate"]
    reach = t_quantile(len(some) - 1) * cluster_error(sizes, exact)
    assert (high - low) / 2 == pytest.approx(reach, rel=1e-6)


@pytest.mark.parametrize("name", FIGURES)
def test_the_error_is_that_of_resampled_persons(name):
    some, draw = tables(persons=60, seed=3), np.random.default_rng(4)
    figure, _ = FIGURES[name]
    drawn = [figure(some[draw.integers(0, 60, 60)].sum(axis=0)) for _ in range(600)]
    low, high = order_intervals(some)[name]
    error = (high - low) / 2 / t_quantile(59)
    assert error == pytest.approx(float(np.std(drawn)) * math.sqrt(60 / 59), rel=0.15)
    assert low < figure(some.sum(axis=0)) < high


def test_nothing_is_known_of_one_person_or_of_persons_without_any_difference():
    assert set(order_intervals(tables(persons=1)).values()) == {None}
    alike = np.repeat(np.diag([1, 2, 3, 2, 1])[None], 5, axis=0)
    assert set(order_intervals(alike).values()) == {None}
    assert set(order_intervals(np.zeros((0, 5, 5), dtype=np.int64)).values()) == {None}
