import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.weightstats import DescrStatsW

from services.benchmarks.domain.attributes import UnknownChoiceError
from services.benchmarks.domain.counterfactual import compute_counterfactual, wilcoxon_p
from services.benchmarks.domain.ratings import TraitFacts, build_ratings
from services.benchmarks.domain.resampling import Resampling
from services.benchmarks.domain.twins import TwinLink, widest_pairs
from tests.support.depth import examples
from tests.unit.services.benchmarks.cases import assert_met, of_kind, ratings, rows

FAST = Resampling(permutations=99, draws=199)


def links(table):
    sides = {}
    for row in rows(table):
        sides.setdefault(row["pair"], {})[row["role"]] = row
    return [
        TwinLink(
            pair["source"]["persona"],
            next(row["persona"] for role, row in pair.items() if role != "source"),
            pair["source"]["changed_attribute"],
            pair["source"]["from_value"],
            pair["source"]["to_value"],
        )
        for pair in sides.values()
    ]


@of_kind("counterfactual")
def test_the_effects_of_a_change(case):
    some = compute_counterfactual(
        ratings(case["table"]),
        links(case["table"]),
        case["params"]["attribute"],
        view="aligned" if case["status"] == "corrected" else "raw",
        resampling=FAST,
    )
    expected = dict(case["expected"])
    assert some.histogram == expected.pop("histogram")
    for name, field in (("by_trait", "trait"), ("by_direction", "direction")):
        parts = [vars(row) | {field: row.label} for row in getattr(some, name)]
        without_exact = [
            {key: value for key, value in row.items() if key != "wilcoxon_p_exact"}
            for row in expected.pop(name)
        ]
        assert_met(parts, without_exact, case["tolerance"])
    signed = expected.pop("female_minus_male", None)
    if signed:
        assert some.signed[0].label == "female - male"
        assert_met(some.signed[0], signed, case["tolerance"])
    assert_met(some.overall, expected, case["tolerance"])


@of_kind("wilcoxon")
def test_the_signed_rank_test(case):
    p, expected = wilcoxon_p(case["params"]["differences"]), case["expected"]
    assert p is None if expected is None else p == pytest.approx(expected["p"], abs=1e-6)


def test_directions_that_cancel_do_not_cancel_when_they_are_signed():
    people = {name: {} for name in "abcd"}
    answers = [
        ("a", "g1", False, 2),
        ("b", "g1", False, 4),
        ("c", "g1", False, 4),
        ("d", "g1", False, 2),
    ]
    some = build_ratings(answers, people, {"g1": TraitFacts()})
    both = [
        TwinLink("a", "b", "gender", "male", "female"),
        TwinLink("c", "d", "gender", "female", "male"),
    ]
    effects = compute_counterfactual(some, both, "gender", resampling=FAST)
    assert effects.overall.mean == 0
    assert (effects.signed[0].label, effects.signed[0].mean) == ("female - male", 2)
    assert effects.family.size == 1


@given(pairs=st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=1, max_size=8))
@settings(max_examples=examples(10))
def test_a_twin_for_a_source_turns_the_sign(pairs):
    people = {f"{side}{n}": {} for n in range(len(pairs)) for side in "st"}
    answers = [
        (f"{side}{n}", "g1", False, v)
        for n, pair in enumerate(pairs)
        for side, v in zip("st", pair, strict=True)
    ]
    some = build_ratings(answers, people, {"g1": TraitFacts()})
    there = [TwinLink(f"s{n}", f"t{n}", "gender", "b", "a") for n in range(len(pairs))]
    back = [TwinLink(one.twin, one.source, "gender", "a", "b") for one in there]
    one, other = (
        compute_counterfactual(some, way, "gender", resampling=FAST) for way in (there, back)
    )
    assert one.overall.mean == -other.overall.mean
    assert one.signed[0].mean == other.signed[0].mean
    assert one.overall.signflip_pairs_p == other.overall.signflip_pairs_p


def test_an_attribute_that_no_twin_changes_is_an_error():
    with pytest.raises(UnknownChoiceError, match="Did you mean gender"):
        compute_counterfactual(ratings("g_pairs"), links("g_pairs"), "genders", resampling=FAST)


def test_pairs_that_share_no_trait_have_no_effect():
    some = build_ratings([("a", "g1", False, 2)], {"a": {}, "b": {}}, {"g1": TraitFacts()})
    assert compute_counterfactual(some, [TwinLink("a", "b", "age", "1", "2")], "age") is None


def paired(pairs):
    """Return ratings of pairs (source, twin) on as many traits as each has, and their links."""
    people = {f"{side}{n}": {} for n in range(len(pairs)) for side in "st"}
    answers = [
        (f"{side}{n}", f"g{trait}", False, value)
        for n, pair in enumerate(pairs)
        for side, values in zip("st", pair, strict=True)
        for trait, value in enumerate(values)
    ]
    traits = {f"g{trait}": TraitFacts() for trait in range(len(pairs[0][0]))}
    ends = [TwinLink(f"s{n}", f"t{n}", "gender", "m", "f") for n in range(len(pairs))]
    return build_ratings(answers, people, traits), ends


def test_a_direction_is_judged_against_chance_and_against_the_margin():
    apart = [([2, 3], [4, 5]), ([1, 3], [3, 4]), ([2, 2], [4, 3])] * 5
    alike = [([3, 3], [3, 3]), ([3, 2], [2, 3]), ([4, 4], [4, 4])] * 5
    for pairs, verdict in (
        (apart, "different"),
        (alike, "equivalent"),
        (alike[:2], "inconclusive"),
    ):
        row = compute_counterfactual(*paired(pairs), "gender", resampling=FAST).by_direction[0]
        assert (row.label, row.n_pairs, row.verdict) == ("m->f", len(pairs), verdict)
        assert row.significant == (verdict == "different")


@given(pairs=st.lists(st.tuples(*2 * [st.lists(st.integers(1, 5), min_size=3, max_size=3)]),
                      min_size=3, max_size=9))  # fmt: skip
@settings(max_examples=examples(15))
def test_the_test_of_equivalence_is_that_of_statsmodels(pairs):
    row = compute_counterfactual(*paired(pairs), "gender", resampling=FAST).by_direction[0]
    means = np.array([np.subtract(twin, source).mean() for source, twin in pairs])
    if means.std() > 1e-9:
        expected = DescrStatsW(means).ttost_mean(-0.25, 0.25)[0]
        assert row.p_equivalence == pytest.approx(expected)


def test_the_widest_pairs_come_first_with_the_trait_that_differs_most():
    some, ends = paired([([3, 3], [3, 4]), ([5, 5], [1, 4]), ([2, 2], [2, 2])])
    first, second = widest_pairs(some, ends, "gender", 2)
    assert (first.source, first.twin, first.n, first.mean) == ("s1", "t1", 2, -2.5)
    assert (first.trait, first.trait_difference) == ("g0", -4)
    assert (second.source, second.mean) == ("s0", 0.5)
    assert widest_pairs(some, ends, "age", 2) == []
