"""Sums over very many units, held against drawing the units themselves and against scipy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from services.statistics.bootstrap import resampled_kinds, resampled_sums
from services.statistics.many_units import MANY, moments_of
from services.statistics.permutation import alike, two_sample_p, units_of
from services.statistics.relabel import LabeledUnits, relabeled_by
from tests.support.depth import examples

DRAWS = 4_000
ERRORS = 5  # standard errors that a draw may be off: one in a million


def persons(n, seed=1):
    """Return how often each person gave each rating (n, 5): 48 answers around 3."""
    draw = np.random.default_rng(seed)
    chances = draw.dirichlet([3, 6, 9, 6, 3], n)
    return np.array([draw.multinomial(48, one) for one in chances])


@given(arrays(np.int64, (40, 3), elements=st.integers(-50, 50)))
@settings(max_examples=examples(30))
def test_moments_are_those_of_numpy_and_scipy(values):
    moments = moments_of(values)
    np.testing.assert_allclose(moments.mean, values.mean(axis=0), atol=1e-9)
    np.testing.assert_allclose(moments.covariance, np.cov(values.T, ddof=0), atol=1e-6)
    skews = [abs(stats.skew(column)) for column in values.T if np.ptp(column)]
    assert moments.skewness == pytest.approx(max(skews, default=0.0), abs=1e-6)
    excess = [abs(stats.kurtosis(column)) for column in values.T if np.ptp(column)]
    assert moments.kurtosis == pytest.approx(max(excess, default=0.0), abs=1e-6)
    kinds, codes = alike(values[:, :2])
    counted = moments_of(kinds, np.bincount(codes))
    np.testing.assert_allclose(counted.covariance, moments.covariance[:2, :2], atol=1e-6)


def test_relabeled_groups_vary_and_vary_together_as_shuffled_ones_do():
    values, sizes = persons(1_500), np.array([300, 500, 700])
    codes = np.repeat(np.arange(3), sizes)
    (drawn,) = relabeled_by(values, [codes], np.random.default_rng(2), DRAWS)
    shuffle = np.random.default_rng(3)
    shuffled = [shuffle.permutation(values) for _ in range(DRAWS)]
    sums = np.array([np.add.reduceat(one, [0, 300, 800]) for one in shuffled])
    np.testing.assert_allclose(drawn.sum(axis=1), np.tile(values.sum(axis=0), (DRAWS, 1)))
    for place in range(15):
        ours, theirs = drawn.reshape(DRAWS, 15)[:, place], sums.reshape(DRAWS, 15)[:, place]
        error = theirs.std() / np.sqrt(DRAWS)
        assert abs(ours.mean() - theirs.mean()) < ERRORS * np.sqrt(2) * error
        assert ours.std() == pytest.approx(theirs.std(), rel=ERRORS / np.sqrt(DRAWS))
    together = np.corrcoef(drawn[:, 0, 4], drawn[:, 1, 4])[0, 1]
    expected = np.corrcoef(sums[:, 0, 4], sums[:, 1, 4])[0, 1]
    assert together == pytest.approx(expected, abs=ERRORS * np.sqrt(2 / DRAWS))


@pytest.mark.parametrize("shift", [0, 1, 2])
def test_the_p_of_many_persons_is_that_of_relabeling_them(shift):
    draw = np.random.default_rng(7)
    sizes = draw.integers(40, 49, 1_200)
    sums = draw.binomial(4 * sizes, 0.5) + sizes
    first = np.arange(1_200) < 500
    sums[first] += shift
    ours = two_sample_p(units_of(sizes, sums, first), np.random.default_rng(8), DRAWS)

    def apart(ours, theirs, axis):
        means = [one[..., 1].sum(-1) / one[..., 0].sum(-1) for one in (ours, theirs)]
        return np.abs(means[0] - means[1])

    values = np.column_stack([sizes, sums])
    shuffle, hits = np.random.default_rng(9), 0
    seen = apart(values[first], values[~first], 0)
    for _ in range(DRAWS):
        order = shuffle.permutation(values)
        hits += apart(order[:500], order[500:], 0) >= seen - 1e-12
    expected = (hits + 1) / (DRAWS + 1)
    error = np.sqrt(2 * expected * (1 - expected) / DRAWS)
    assert abs(ours.p_value - expected) < ERRORS * max(error, 1 / DRAWS)


def test_resampled_totals_spread_as_those_of_drawn_units():
    values = persons(600)
    kinds, codes = alike(np.column_stack([values.sum(axis=1), values @ np.arange(1, 6)]))
    totals = resampled_kinds(kinds, np.bincount(codes), np.random.default_rng(4), DRAWS)
    sums = resampled_sums(values.astype(float), np.random.default_rng(5), DRAWS)
    drawn = stats.bootstrap(
        (values @ np.arange(1, 6),), np.mean, n_resamples=DRAWS, rng=np.random.default_rng(6)
    )
    near = {"rel": ERRORS / np.sqrt(DRAWS)}
    assert totals[:, 1].std() / 600 == pytest.approx(drawn.standard_error, **near)
    assert (sums @ np.arange(1, 6)).std() / 600 == pytest.approx(drawn.standard_error, **near)
    assert set(totals[:, 0]) == {600 * 48}


def test_units_of_which_few_decide_the_sum_are_drawn_themselves():
    rare = np.zeros((2_000, 1), np.int64)
    rare[:3] = 1
    assert not moments_of(rare).are_many(1_000)
    both_ways = np.zeros((2_000, 1), np.int64)
    both_ways[:6] = [[1], [-1]] * 3  # no skewness, and still a few
    assert not moments_of(both_ways).are_many(1_000)
    assert moments_of(persons(2_000)).are_many(1_000)
    assert not moments_of(persons(2_000)).are_many(MANY - 1)
    answered = np.array([[48]] * 1_990 + [[40]] * 10)
    sums = persons(2_000) @ np.arange(1, 6)
    assert moments_of(np.column_stack([answered, sums])).are_many(1_000)
    assert not moments_of(answered).are_many(1_000)
    units = LabeledUnits(np.column_stack([rare, 1 - rare]), np.arange(2_000) % 2)
    assert not units.are_many
    drawn = units.calibration(np.random.default_rng(1), 50)
    assert set(drawn.relabeled[..., 0].sum(axis=1)) == {3}


def test_a_seed_draws_the_same_sums_in_whichever_order_moments_are_added_up():
    values = persons(900)
    order = np.random.default_rng(3).permutation(900)
    moments = [moments_of(some) for some in (values, values[order])]
    drawn = [one.resampled(900, np.random.default_rng(1), 200) for one in moments]
    np.testing.assert_allclose(*drawn, rtol=1e-9)
    assert drawn[0].sum(axis=1) == pytest.approx(np.full(200, 900 * 48), rel=1e-6)
