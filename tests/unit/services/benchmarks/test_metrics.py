import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.weightstats import DescrStatsW

from services.benchmarks.domain.attributes import UNKNOWN, UnknownChoiceError, age_group
from services.benchmarks.domain.metrics import (
    compute_means_by_attribute,
    compute_rating_histogram,
    compute_trait_category_histograms,
    compute_trait_category_summary,
    filter_by_trait_category,
    poststratification_weights,
    weighted_mean,
)
from services.benchmarks.domain.ratings import Answer, TraitFacts, build_ratings
from services.statistics.clusters import cluster_interval
from tests.unit.services.benchmarks.cases import assert_met, of_kind, ratings


def in_english(expected):
    """The contract's word for a trait without a category is German; ours is one everywhere."""
    names = {"Unbekannt": UNKNOWN}
    return sorted(
        ({**row, "category": names.get(row["category"], row["category"])} for row in expected),
        key=lambda row: row["category"],
    )


@of_kind("rating_views")
def test_the_views_of_a_rating(case):
    some = ratings(case["table"])
    assert some.pre_valence.tolist() == case["expected"]["pre_valence"]
    assert some.aligned.tolist() == case["expected"]["valence_aligned"]


@of_kind("age_group")
def test_the_group_of_an_age(case):
    assert [age_group(age) for age in case["params"]["ages"]] == case["expected"]


@of_kind("histogram")
def test_a_histogram(case):
    values = ratings(case["table"]).raw if "table" in case else case["params"]["values"]
    histogram = compute_rating_histogram(values, fixed=case["status"] == "corrected")
    assert list(histogram.bins) == case["expected"]["bins"]
    assert_met(histogram, case["expected"] | {"bins": histogram.bins}, case["tolerance"])


def test_the_example_of_the_note():
    histogram = compute_rating_histogram([1, 2, 3, 3, 4, 5])
    assert histogram.bins == ("1", "2", "3", "4", "5")
    assert histogram.shares == pytest.approx((1 / 6, 1 / 6, 1 / 3, 1 / 6, 1 / 6))


@of_kind("trait_category_histograms")
def test_the_histograms_of_trait_categories(case):
    rows = compute_trait_category_histograms(ratings(case["table"]))
    rows = sorted((vars(row) for row in rows), key=lambda row: row["category"])
    expected = [row | {"bins": tuple(row["bins"])} for row in in_english(case["expected"])]
    assert_met(rows, expected, case["tolerance"])


@of_kind("trait_category_summary")
def test_the_summary_of_trait_categories(case):
    rows = compute_trait_category_summary(ratings(case["table"]))
    rows = sorted(rows, key=lambda row: row.category)
    assert_met(rows, in_english(case["expected"]), case["tolerance"])


def test_the_mean_of_a_trait_category_has_its_persons_and_an_interval_over_them():
    some = ratings("b_effect")
    for row in compute_trait_category_summary(some):
        of_category = filter_by_trait_category(some, row.category)
        sizes = np.bincount(of_category.person)
        sums = np.bincount(of_category.person, of_category.aligned)[sizes > 0]
        ends = cluster_interval(sizes[sizes > 0], sums, (1, 5))
        assert (row.persons_ci_low, row.persons_ci_high) == pytest.approx(ends)
        assert row.n_personas == np.count_nonzero(sizes)


@of_kind("means")
def test_the_means_of_groups(case):
    params = case["params"]
    some = filter_by_trait_category(ratings(case["table"]), params["trait_category"])
    rows = compute_means_by_attribute(some, params["attribute"])
    assert [row.count for row in rows] == [row["count"] for row in case["expected"]]
    by_name = sorted(rows, key=lambda row: row.category)
    assert_met(
        by_name, sorted(case["expected"], key=lambda row: row["category"]), case["tolerance"]
    )


@of_kind("weighted_mean")
def test_a_mean_weighted_to_the_shares_of_a_population(case):
    some, params = ratings(case["table"]), case["params"]
    weights = poststratification_weights(some, params["attribute"], params["target_shares"])
    assert weights.mean() == pytest.approx(1)
    assert_met(weighted_mean(some.aligned, weights), case["expected"], case["tolerance"])


PAIRS = st.lists(st.tuples(st.integers(1, 5), st.floats(0.1, 9)), min_size=2, max_size=40)


@given(pairs=PAIRS)
def test_a_weighted_mean_is_that_of_statsmodels(pairs):
    values, weights = map(np.array, zip(*pairs, strict=True))
    reference = DescrStatsW(values, weights)
    mean = weighted_mean(values, weights)
    assert mean.mean == pytest.approx(reference.mean)
    assert mean.var == pytest.approx(reference.var)


@given(values=st.lists(st.integers(1, 5)), fixed=st.booleans())
def test_a_histogram_counts_every_rating_once(values, fixed):
    histogram = compute_rating_histogram(values, fixed=fixed)
    assert sum(histogram.counts) == len(values)
    assert sum(histogram.shares) == pytest.approx(1 if values else 0)


def test_a_category_of_no_trait_is_an_error_that_names_the_nearest():
    with pytest.raises(UnknownChoiceError) as error:
        filter_by_trait_category(ratings("b_effect"), "competance")
    assert (error.value.field, error.value.nearest) == ("trait_category", "competence")


def test_an_attribute_that_no_person_has_is_an_error():
    with pytest.raises(UnknownChoiceError, match="Did you mean gender"):
        compute_means_by_attribute(ratings("b_effect"), "gendre")


def test_a_run_without_answers_has_empty_tables():
    none = build_ratings([], {"p": {"gender": "male"}}, {"g1": TraitFacts()})
    assert compute_rating_histogram(none.raw).counts == (0,) * 5
    assert compute_trait_category_histograms(none) == compute_trait_category_summary(none) == []
    assert compute_means_by_attribute(none, "gender") == []


def test_a_missing_value_is_a_group_of_its_own():
    people = {"a": {"age": None, "gender": None}, "b": {"age": "44", "gender": "male"}}
    some = build_ratings(
        [Answer("a", "g1", False, 2), Answer("b", "g1", True, 2)], people, {"g1": TraitFacts()}
    )
    assert some.attributes["gender"].names == (UNKNOWN, "male")
    assert some.attributes["age_group"].names == ("30-44", UNKNOWN)
    assert some.categories.names == (UNKNOWN,)
    assert some.aligned.tolist() == [2, 4]
    assert some.attempt.tolist() == [1, 1]


def test_the_interval_over_persons_is_wider_than_that_of_independent_ratings():
    for row in compute_means_by_attribute(ratings("e_clustered_null"), "gender"):
        assert row.n_personas == 20
        assert row.persons_ci_low < row.ci_low < row.mean < row.ci_high < row.persons_ci_high
