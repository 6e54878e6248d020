import pytest

from services.benchmarks.domain.kruskal import compute_kruskal, effect_band
from services.benchmarks.domain.resampling import Resampling
from services.statistics.ordinal import counted, kruskal_wallis
from tests.unit.services.benchmarks.cases import CASES, assert_met, of_kind, rated, ratings

FAST = Resampling(permutations=99)
BANDS = [case for case in CASES if case["kind"] == "band" and "eta_squared" in case["params"]]


@of_kind("kruskal")
def test_the_attributes_of_a_run(case):
    params = case["params"]
    table = compute_kruskal(
        ratings(case["table"]),
        attributes=params["attributes"],
        min_ratings=params["min_n"],
        resampling=FAST,
    )
    ours = {
        row.attribute: vars(row) | {"q_over_attributes": row.q_chi_square} for row in table.rows
    }
    assert_met(
        [ours[row["attribute"]] for row in case["expected"]], case["expected"], case["tolerance"]
    )
    effects = [row.eta_squared for row in table.rows]
    assert effects == sorted(effects, reverse=True)


@of_kind("kruskal_groups")
def test_groups_of_ratings(case):
    some = [group for group in case["params"]["groups"] if len(group) >= case["params"]["min_n"]]
    assert_met(kruskal_wallis(counted(*some)), case["expected"], case["tolerance"])


@pytest.mark.parametrize("case", BANDS, ids=[case["id"] for case in BANDS])
def test_the_words_for_the_size_of_an_effect(case):
    assert [effect_band(eta) for eta in case["params"]["eta_squared"]] == case["expected"]


def test_ratings_of_few_persons_are_no_proof():
    row = compute_kruskal(ratings("e_clustered_null"), attributes=["gender"]).rows[0]
    assert row.p_value < 0.01  # independent ratings would claim it
    assert row.p_personas > 0.05
    assert row.q_value == row.p_personas
    assert not row.significant


def test_a_clear_effect_is_significant_over_persons():
    table = compute_kruskal(ratings("f_groups"), attributes=["religion", "gender"])
    assert [row.significant for row in table.rows] == [True, False]
    assert (table.significant_count, table.family.size) == (1, 2)


def test_equal_ratings_one_group_and_an_attribute_not_shown_are_not_tested():
    alike = rated({"a": [("male", [3] * 12)], "b": [("female", [3] * 12)]})
    alone = rated({"a": [("male", [1, 2] * 6)], "b": [("female", [3])]})
    hidden = compute_kruskal(ratings("b_effect"), shown=[], resampling=FAST)
    rows = [*compute_kruskal(alike).rows, *compute_kruskal(alone).rows, *hidden.rows]
    assert {(row.h_stat, row.q_value, row.significant) for row in rows} == {(None, None, False)}
    assert hidden.family.size == 0
