from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from services.statistics import permutation, sign_flip
from services.statistics.permutation import alike, two_sample_p, units_of
from services.statistics.sign_flip import sign_flip_p
from tests.support.depth import examples

UNIT = st.tuples(st.integers(1, 3), st.integers(0, 9))


def units(first, second):
    sizes, sums = np.array(first + second, dtype=np.int64).T
    in_first = np.arange(len(sums)) < len(first)
    return units_of(sizes, sums, in_first)


def draw():
    return np.random.default_rng(1)


@given(
    a=st.lists(st.integers(1, 5), min_size=2, max_size=5),
    b=st.lists(st.integers(1, 5), min_size=2, max_size=4),
)
@settings(max_examples=examples(20))
def test_the_exact_p_of_single_values_is_that_of_scipy(a, b):
    def apart(x, y, axis):  # whole numbers: means as floats lose ties
        return np.abs(len(b) * x.sum(axis=axis) - len(a) * y.sum(axis=axis))

    theirs = stats.permutation_test((a, b), apart, vectorized=True, alternative="greater")
    ours = two_sample_p(units([(1, x) for x in a], [(1, x) for x in b]), draw())
    assert ours.is_exact
    assert ours.p_value == pytest.approx(theirs.pvalue)


@given(first=st.lists(UNIT, min_size=1, max_size=4), second=st.lists(UNIT, min_size=1, max_size=4))
@settings(max_examples=examples(15))
def test_units_of_different_size_weigh_by_their_values(first, second):
    values = np.array(first + second)
    places = np.arange(len(values))
    seen = _apart(values, places < len(first))
    hits = [
        _apart(values, np.isin(places, chosen)) >= seen
        for chosen in combinations(places.tolist(), len(first))
    ]
    assert two_sample_p(units(first, second), draw()).p_value == pytest.approx(np.mean(hits))


def _apart(values, is_first):
    means = [Fraction(*values[some].sum(axis=0)[::-1].tolist()) for some in (is_first, ~is_first)]
    return abs(means[0] - means[1])


@given(first=st.lists(UNIT, min_size=2, max_size=6), second=st.lists(UNIT, min_size=2, max_size=6))
@settings(max_examples=examples(10))
def test_random_relabelings_come_close_to_the_exact_p(first, second):
    some = units(first, second)
    exact = two_sample_p(some, draw()).p_value
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(permutation, "MAX_EXACT", 0)
        patch.setattr(permutation, "MAX_TABLE", 0)
        random = two_sample_p(some, draw(), 4_000)
    assert not random.is_exact
    assert random.p_value == pytest.approx(exact, abs=5 * np.sqrt(0.25 / 4_000))


def test_the_same_seed_has_the_same_p_and_blocks_do_not_change_how_many_are_drawn(monkeypatch):
    some = units([(8, 20 + n % 7) for n in range(90)], [(8, 22 + n % 5) for n in range(90)])
    assert two_sample_p(some, draw()) == two_sample_p(some, draw())
    monkeypatch.setattr(permutation, "MAX_CELLS", 100)
    assert two_sample_p(some, draw()).relabelings == 1_000


@pytest.mark.parametrize("first", [[], [(1, 3), (1, 4)]])
def test_a_group_without_a_unit_has_no_p(first):
    rest = [] if first else [(1, 3)]
    assert two_sample_p(units(first, rest), draw()) is None


@given(totals=st.lists(st.integers(-4, 4), min_size=1, max_size=7))
@settings(max_examples=examples(15))
def test_the_sign_flip_counts_every_sign(totals):
    sums = [abs(np.dot(signs, totals)) for signs in product((-1, 1), repeat=len(totals))]
    p = sign_flip_p(np.array(totals), draw())
    assert p.is_exact
    assert p.p_value == pytest.approx(np.mean([one >= abs(sum(totals)) for one in sums]))


def test_a_random_sign_flip_comes_close_to_the_exact_one(monkeypatch):
    totals = np.random.default_rng(4).integers(-3, 5, 60)
    exact = sign_flip_p(totals, draw()).p_value
    monkeypatch.setattr(sign_flip, "MAX_CONVOLUTION", 0)
    assert sign_flip_p(totals, draw(), 4_000).p_value == pytest.approx(exact, abs=0.04)


def test_no_unit_has_no_sign_flip():
    assert sign_flip_p(np.array([], dtype=np.int64), draw()) is None


@given(rows=st.lists(st.tuples(st.integers(0, 5), st.integers(-9, 9)), min_size=1))
def test_equal_units_are_counted_together(rows):
    kinds, codes = alike(np.array(rows))
    assert kinds.tolist() == np.unique(np.array(rows), axis=0).tolist()
    assert kinds[codes].tolist() == [list(row) for row in rows]


@given(first=st.lists(UNIT, min_size=2, max_size=6), second=st.lists(UNIT, min_size=2, max_size=6))
@settings(max_examples=examples(10))
def test_shuffled_units_and_counted_kinds_come_close_to_the_exact_p(first, second):
    some = units(first, [(size, -total) for size, total in second])
    exact, ways = two_sample_p(some, draw()).p_value, []
    for cost in (0, 10**6):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(permutation, "MAX_EXACT", 0)
            patch.setattr(permutation, "MAX_TABLE", 0)
            patch.setattr(permutation, "DRAW_PER_SHUFFLE", cost)
            ways.append(two_sample_p(some, draw(), 4_000).p_value)
    assert ways == pytest.approx([exact, exact], abs=5 * np.sqrt(0.25 / 4_000))


@given(first=st.lists(UNIT, min_size=1, max_size=3), second=st.lists(UNIT, min_size=7, max_size=12))
@settings(max_examples=examples(10))
def test_chosen_units_come_close_to_the_exact_p_whichever_group_is_the_smaller(first, second):
    for some in (units(first, second), units(second, first)):
        exact = two_sample_p(some, draw()).p_value
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(permutation, "MAX_EXACT", 0)
            patch.setattr(permutation, "MAX_TABLE", 0)
            patch.setattr(permutation, "CHOICE_PER_SHUFFLE", 0)
            chosen = two_sample_p(some, draw(), 4_000)
        assert not chosen.is_exact
        assert chosen.p_value == pytest.approx(exact, abs=5 * np.sqrt(0.25 / 4_000))


def test_chosen_places_are_different_and_each_as_frequent_as_any():
    places = permutation._different_places(12, 4, draw(), 6_000)
    assert all(len(set(row)) == 4 for row in places.tolist())
    counts = np.bincount(places.reshape(-1), minlength=12)
    assert counts == pytest.approx(np.full(12, 2_000), abs=5 * np.sqrt(6_000 * 2 / 9))


def test_groups_that_share_a_base_have_the_p_they_have_alone(monkeypatch):
    monkeypatch.setattr(permutation, "MAX_EXACT", 0)
    monkeypatch.setattr(permutation, "MAX_TABLE", 0)
    kinds = np.column_stack([np.ones(5, dtype=np.int64), np.arange(5)])
    base, groups = np.array([1, 4, 4, 1, 0]), [np.array([0, 1, 4, 4, 1]), np.array([0, 0, 2, 1, 0])]
    together = permutation.many_to_one_p(kinds, base, groups, [draw(), draw()], 4_000)
    for group, p in zip(groups, together, strict=True):
        alone = permutation.many_to_one_p(kinds, base, [group], [draw()], 4_000)[0]
        assert p.p_value == pytest.approx(alone.p_value, abs=0.04)


def test_a_large_number_of_relabelings_is_not_counted():
    huge = permutation.UnitGroups(
        kinds=np.array([[1, 1], [1, 2]]), first=np.array([10**6] * 2), second=np.array([10**6] * 2)
    )
    assert two_sample_p(huge, draw(), 9).relabelings == 9


@given(
    first=st.lists(st.integers(-3, 9), min_size=1, max_size=6),
    second=st.lists(st.integers(-3, 9), min_size=1, max_size=6),
)
@settings(max_examples=examples(20))
def test_counting_the_sums_is_the_same_as_listing_the_relabelings(first, second):
    some, ways = units([(2, x) for x in first], [(2, x) for x in second]), []
    for limit in (permutation.MAX_EXACT, 0):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(permutation, "MAX_EXACT", limit)
            ways.append(two_sample_p(some, draw()))
    assert ways[0].is_exact
    assert ways[1].is_exact
    assert ways[0].p_value == pytest.approx(ways[1].p_value)
