import pytest

from services.benchmarks.domain.attributes import UnknownChoiceError
from services.benchmarks.domain.forest import compute_forest
from services.benchmarks.domain.resampling import Resampling
from services.statistics.pooling import pooled_effect
from tests.unit.services.benchmarks.cases import assert_met, of_kind, rated, ratings

FAST = Resampling(draws=199)
POOLED = ("mean", "se", "ci_low", "ci_high", "q", "i2", "mean_random", "tau2")


@of_kind("forest")
def test_a_forest_of_traits(case):
    params = case["params"]
    forest = compute_forest(
        ratings(case["table"]),
        params["attribute"],
        baseline=params["baseline"],
        targets=[params["target"]],
        min_n=params["min_n"],
        view="aligned" if case["status"] == "corrected" else "pre_valence",
        resampling=FAST,
    )
    group = forest.groups[0]
    rows = {row.case_id: _with_both_signs(row) for row in group.rows}
    expected = case["expected"]["rows"]
    assert_met([rows[row["case_id"]] for row in expected], expected, case["tolerance"])
    assert len(rows) == len(expected)
    assert [row.delta for row in group.rows] == sorted(row.delta for row in group.rows)
    assert_met(group.pooled, case["expected"]["overall"], case["tolerance"])


def _with_both_signs(row):
    d = row.cliffs_delta
    other = None if d is None else -d
    return vars(row) | {
        "cliffs_category_minus_baseline": d,
        "cliffs_baseline_minus_category": other,
    }


@of_kind("fixed_effect")
def test_effects_put_together(case):
    ours = pooled_effect(case["params"]["effects"], case["params"]["se"])
    assert_met(ours, case["expected"], case["tolerance"])


def test_the_diamond_is_the_mean_over_traits_and_wider_where_traits_are_a_sample():
    group = compute_forest(
        ratings("b_effect"), "gender", targets=["female"], resampling=FAST
    ).groups[0]
    diamond = group.diamond
    assert diamond.mean == pytest.approx(sum(row.delta for row in group.rows) / 8)
    assert diamond.ci_low < diamond.mean < diamond.ci_high
    assert diamond.traits_ci_low < diamond.ci_low
    assert diamond.ci_high < diamond.traits_ci_high


def test_the_diamond_of_equal_persons_has_the_interval_of_the_delta():
    """Balanced persons: the mean over traits is the mean over ratings, see case ST-092."""
    group = compute_forest(
        ratings("b_effect"), "gender", targets=["female"], resampling=Resampling(draws=2_000)
    ).groups[0]
    assert group.diamond.mean == pytest.approx(-0.503125)
    assert [group.diamond.ci_low, group.diamond.ci_high] == pytest.approx([-0.8078, -0.2], abs=0.05)


def test_the_family_is_the_traits_of_all_targets():
    forest = compute_forest(ratings("b_effect"), "gender", resampling=FAST)
    assert [group.category for group in forest.groups] == ["diverse", "female"]
    assert forest.family.size == 16


def test_a_group_of_one_person_has_a_diamond_without_an_interval():
    some = rated({"a": [("male", [1, 2]), ("male", [2, 3])], "b": [("female", [5, 5])]})
    group = compute_forest(some, "gender", resampling=FAST).groups[0]
    assert (group.diamond.mean, group.diamond.ci_low, group.pooled) == (3, None, None)


def test_no_trait_has_no_diamond():
    group = compute_forest(ratings("b_effect"), "gender", min_n=99, resampling=FAST).groups[0]
    assert (group.rows, group.diamond, group.pooled) == ((), None, None)


def test_a_target_that_nobody_is_of_is_an_error():
    with pytest.raises(UnknownChoiceError) as error:
        compute_forest(ratings("b_effect"), "gender", targets=["Female"], resampling=FAST)
    assert (error.value.field, error.value.nearest) == ("target", "female")
