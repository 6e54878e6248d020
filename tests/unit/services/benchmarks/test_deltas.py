import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.benchmarks.domain.attributes import UnknownChoiceError
from services.benchmarks.domain.deltas import compute_deltas
from services.benchmarks.domain.naive import naive_p
from services.benchmarks.domain.ratings import Answer, TraitFacts, build_ratings
from services.benchmarks.domain.resampling import Resampling
from services.statistics.multiplicity import benjamini_hochberg
from services.statistics.ordinal import counted, mann_whitney
from tests.support.depth import examples
from tests.unit.services.benchmarks.cases import assert_met, of_kind, rated, ratings

FAST = Resampling(permutations=99, draws=99)
WELCH = "welch_persona_means"


def table_of(case, resampling=FAST, **options):
    attribute, baseline = case["params"]["attribute"], case["params"]["baseline"]
    tables = compute_deltas(
        ratings(case["table"]),
        attributes=[attribute],
        baselines={attribute: baseline},
        resampling=resampling,
        **options,
    )
    return tables[attribute]


def accepted(random, p_value, times):
    low, high = random["accept"][str(times)]
    return low - 1e-9 <= p_value <= high + 1e-9


@of_kind("deltas")
def test_the_contracts_figures_are_beside_the_deltas(case):
    table = table_of(case, trait_category=case["params"]["trait_category"])
    expected = case["expected"]
    assert (table.n, table.baseline) == (expected["n"], expected["baseline"])
    rows = sorted(table.rows, key=lambda row: (row.naive.delta, row.category))
    shown = [_as_in_the_contract(row) for row in rows]
    assert_met(shown, sorted(expected["rows"], key=_by_delta), case["tolerance"])
    tested = {row.category: row.naive.mann_whitney_p for row in rows}
    _has_q_values(tested, expected["q_mann_whitney_contract_family"])
    del tested[table.baseline]
    _has_q_values(tested, expected["q_mann_whitney_without_baseline"])


def _by_delta(row):
    return row["delta"], row["category"]


def _as_in_the_contract(row):
    return {
        **vars(row.naive),
        "category": row.category,
        "count": row.count,
        "baseline": row.baseline,
        "cliffs_delta_baseline_minus_category": row.naive.cliffs_delta,
        "cliffs_delta_category_minus_baseline": row.cliffs_delta,
    }


def _has_q_values(p_values, expected):
    q_values = benjamini_hochberg(list(p_values.values()))
    assert dict(zip(p_values, q_values, strict=True)) == pytest.approx(expected, abs=1e-6)


@of_kind("deltas")
@pytest.mark.parametrize("times", [1_000, 2_000, 10_000])
def test_the_contracts_p_is_where_a_right_one_falls(case, times):
    table = table_of(
        case,
        Resampling(seed=3, permutations=times, draws=2),
        trait_category=case["params"]["trait_category"],
    )
    p_values = {row.category: row.naive.p_value for row in table.rows}
    for category, random in case["random"]["p_value"].items():
        exact = p_values[category] == pytest.approx(random["exact"], abs=1e-9)
        assert exact or accepted(random, p_values[category], times)


@of_kind("two_groups")
def test_two_groups(case):
    a, b = case["params"]["a"], case["params"]["b"]
    ranks, expected = mann_whitney(*counted(a, b)), case["expected"]
    ours = {
        "u1": ranks.u1,
        "cliffs_delta_a_b": ranks.delta,
        "mann_whitney_p": ranks.p_value,
        "mann_whitney_p_with_continuity": ranks.p_with_continuity,
        "mean_a_minus_b": np.mean(a) - np.mean(b),
        "permutation_p_exact": expected["permutation_p_exact"],
    }
    assert_met(ours, expected, case["tolerance"])
    levels = [np.bincount(one, minlength=6)[1:] for one in (a, b)]
    for times in (1_000, 2_000, 10_000):
        p = naive_p(*levels, np.random.default_rng(5), times)
        exact = p.p_value == pytest.approx(expected["permutation_p_exact"], abs=1e-9)
        assert exact if p.is_exact else accepted(case["random"]["permutation_p"], p.p_value, times)


@of_kind("benjamini_hochberg")
def test_q_values(case):
    assert_met(benjamini_hochberg(case["params"]["p"]), case["expected"], case["tolerance"])


@of_kind("rule")
def test_q_is_over_the_p_values_that_are_returned_without_the_baseline(case):
    tables = compute_deltas(ratings("b_effect"), resampling=FAST)
    rows = [row for table in tables.values() for row in table.rows]
    tested = [row for row in rows if row.p_value is not None]
    q_values = benjamini_hochberg([row.p_value for row in tested])
    assert [row.q_value for row in tested] == q_values
    assert {table.family.size for table in tables.values()} == {len(tested)}
    assert len(rows) - len(tested) == len(tables)  # a baseline each
    assert all(row.significant == (row.q_value < 0.05) for row in tested)
    assert not any(row.significant or row.q_value for row in rows if row.p_value is None)


@of_kind("family_fdr")
def test_the_family_is_all_groups_of_all_attributes(case):
    tables = compute_deltas(
        ratings(case["table"]), attributes=case["params"]["attributes"], resampling=FAST
    )
    rows = [
        {
            "attribute": table.attribute,
            "baseline": table.baseline,
            "category": row.category,
            "mann_whitney_p": row.naive.mann_whitney_p,
        }
        for table in tables.values()
        for row in table.rows
        if row.category != table.baseline
    ]
    q_values = benjamini_hochberg([row["mann_whitney_p"] for row in rows])
    rows = [row | {"q_whole_family": q} for row, q in zip(rows, q_values, strict=True)]
    assert_met(
        sorted(rows, key=_by_name), sorted(case["expected"], key=_by_name), case["tolerance"]
    )


def _by_name(row):
    return row["attribute"], row["category"]


@of_kind("clustered")
def test_persons_are_the_units(case):
    params, expected = case["params"], case["expected"]
    for times in (1_000, 2_000, 10_000):
        table = table_of(case, Resampling(seed=1, permutations=times, draws=times))
        row = next(row for row in table.rows if row.category == params["category"])
        assert [row.n_personas, row.n_personas_base] == expected["personas"]
        assert [row.n_cat, row.n_base] == expected["ratings"]
        assert row.delta == pytest.approx(expected["delta_ratings"], abs=1e-6)
        random = case["any_of"]["p_cluster"]["rating_weighted"]
        exact = row.p_value == pytest.approx(random["exact"], abs=1e-9)
        assert exact if row.is_exact else accepted(random, row.p_value, times)
    of_means, resampled = (case["any_of"]["interval"][n] for n in (WELCH, "percentile"))
    assert [row.ci_low, row.ci_high] == pytest.approx(of_means["expected"], abs=1e-4)
    low, high = resampled["expected"]  # which is narrower with few persons (ADR 41)
    assert row.ci_low < low < row.delta < row.ci_high
    assert high - low < row.ci_high - row.ci_low < 1.4 * (high - low)


@pytest.mark.parametrize("rating", [3, 5])
def test_persons_who_are_all_alike_have_no_interval_of_no_width(rating):
    some = rated({name: [("male" if name < "c" else "female", [rating] * 2)] for name in "abcd"})
    row = compute_deltas(some, resampling=FAST)["gender"].rows[-1]
    assert (row.delta, row.p_value, row.se_delta, row.ci_low, row.ci_high) == (0, 1, *[None] * 3)


def test_an_interval_of_few_persons_stays_within_what_ratings_can_differ_by():
    some = rated({"a": [("male", [1]), ("male", [5]), ("female", [1]), ("female", [5])]})
    row = compute_deltas(some, resampling=FAST)["gender"].rows[-1]
    assert (row.ci_low, row.ci_high) == (-4, 4)


def test_a_group_has_the_same_p_alone_and_in_the_whole_family():
    alone = compute_deltas(ratings("b_effect"), attributes=["gender"], resampling=FAST)["gender"]
    whole = compute_deltas(ratings("b_effect"), resampling=FAST)["gender"]
    assert [row.p_value for row in alone.rows] == [row.p_value for row in whole.rows]


def test_an_attribute_that_is_not_shown_has_means_and_no_test():
    tables = compute_deltas(ratings("b_effect"), shown=["gender"], resampling=FAST)
    hidden = tables["religion"]
    assert not hidden.shown
    assert all(row.count and row.mean for row in hidden.rows)
    assert {(row.delta, row.p_value, row.q_value, row.naive) for row in hidden.rows} == {
        (None,) * 4
    }
    assert tables["gender"].family.size == len(tables["gender"].rows) - 1


def test_a_baseline_that_nobody_has_is_an_error_that_names_the_nearest():
    with pytest.raises(UnknownChoiceError) as error:
        compute_deltas(ratings("b_effect"), baselines={"gender": "femal"}, resampling=FAST)
    assert (error.value.field, error.value.nearest) == ("baseline", "female")


def test_equal_groups_have_the_first_in_the_alphabet_as_baseline():
    assert compute_deltas(ratings("f_groups"), resampling=FAST)["religion"].baseline == "Buddhists"


def test_a_run_without_answers_has_empty_tables():
    none = build_ratings([], {"p": {"gender": "male"}}, {"g1": TraitFacts()})
    table = compute_deltas(none, resampling=FAST)["gender"]
    assert (table.baseline, table.rows, table.n) == (None, (), 0)


def test_a_group_of_one_person_has_a_p_and_no_interval():
    some = rated({"a": [("male", [1, 2]), ("male", [2, 3])], "b": [("female", [5, 5])]})
    row = compute_deltas(some, resampling=FAST)["gender"].rows[-1]
    assert (row.category, row.is_exact, row.ci_low) == ("female", True, None)
    assert row.p_value == pytest.approx(1 / 3)


def test_both_orders_of_an_item_count_once():
    people = {name: {"gender": "male" if name < "c" else "female"} for name in "abcd"}
    once = [
        Answer(name, trait, False, 2 + (name > "b")) for name in people for trait in ("g1", "g2")
    ]
    twice = [Answer("a", "g1", True, 2)]  # 4 where the scale is undone: the item's mean is 3
    some = build_ratings(once + twice, people, {"g1": TraitFacts(), "g2": TraitFacts()})
    female, male = compute_deltas(some, baselines={"gender": "female"}, resampling=FAST)[
        "gender"
    ].rows[::-1]
    assert (male.n_cat, male.n_personas, female.n_cat) == (5, 2, 4)
    assert male.mean == pytest.approx((3 + 2 + 2 + 2) / 4)
    assert male.naive.mean == pytest.approx((4 + 2 + 2 + 2 + 2) / 5)


RATING = st.integers(1, 5)


@given(
    data=st.lists(st.lists(RATING, min_size=2, max_size=2), min_size=4, max_size=9),
    cut=st.integers(1, 3),
)
@settings(max_examples=examples(15))
def test_turning_the_comparison_round_turns_every_sign(data, cut):
    some = rated({str(n): [("male" if n < cut else "female", one)] for n, one in enumerate(data)})
    ways = [
        compute_deltas(some, baselines={"gender": base}, resampling=FAST)["gender"]
        for base in ("male", "female")
    ]
    one, other = (next(row for row in way.rows if row.p_value is not None) for way in ways)
    assert one.delta == pytest.approx(-other.delta)
    assert one.cliffs_delta == pytest.approx(-other.cliffs_delta)
    assert one.p_value == pytest.approx(other.p_value)
