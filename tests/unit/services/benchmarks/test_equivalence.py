import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.benchmarks.domain.detectable import (
    ASSUMED_SPREAD,
    RatingSpread,
    detectable_effect,
    detectable_effects,
    measured_spread,
)
from services.benchmarks.domain.equivalence import compute_equivalence, compute_equivalences
from services.benchmarks.domain.ratings import TraitFacts, build_ratings
from tests.support.depth import examples
from tests.unit.services.benchmarks.cases import assert_met, of_kind, rated, ratings


@of_kind("equivalence")
def test_the_verdict_on_two_groups(case):
    params = dict(case["params"])
    attribute = params.pop("attribute")
    verdict = compute_equivalence(ratings(case["table"]), attribute, **params)
    expected = case["expected"] | {"ci90": tuple(case["expected"]["ci90"])}
    assert verdict.ci90 == pytest.approx(expected.pop("ci90"), abs=1e-6)
    assert_met(verdict, expected, case["tolerance"])


@of_kind("clustered")
def test_the_difference_of_person_means(case):
    params, expected = case["params"], case["expected"]
    names = {"category": params["category"], "baseline": params["baseline"]}
    verdict = compute_equivalence(ratings(case["table"]), params["attribute"], **names)
    assert verdict.delta == pytest.approx(expected["delta_persona_means"], abs=1e-6)
    assert verdict.p_difference == pytest.approx(expected["welch_persona_means"]["p"], abs=1e-6)


@of_kind("minimum_detectable_effect")
def test_the_smallest_effect_a_design_detects(case):
    params = dict(case["params"])
    spread = RatingSpread(
        sd_between=params.pop("sd_between_personas"),
        sd_within=params.pop("sd_within"),
        source="assumed",
    )
    effect = detectable_effect(
        params.pop("personas"), params.pop("ratings_per_persona"), spread, **params
    )
    assert_met(vars(effect) | {"mde_t": effect.mde}, case["expected"], case["tolerance"])
    low, high = case["any_of"]["mde"]["between"]
    assert low <= effect.mde <= high


@given(persons=st.integers(2, 200), ratings=st.integers(1, 50), family=st.integers(1, 40))
@settings(max_examples=examples(15))
def test_more_persons_detect_less_and_more_tests_more(persons, ratings, family):
    effect = detectable_effect((persons, persons), ratings, family=family).mde
    assert detectable_effect((persons + 1, persons), ratings, family=family).mde < effect
    assert detectable_effect((persons, persons), ratings, family=family + 1).mde > effect
    assert detectable_effect((persons, persons), ratings + 1, family=family).mde < effect


def test_the_family_of_a_design_is_that_of_its_deltas():
    sizes = {"gender": {"male": 20, "female": 16, "diverse": 1}, "religion": {"a": 18, "b": 19}}
    effects = detectable_effects(sizes, 8)
    assert {name: sorted(groups) for name, groups in effects.items()} == {
        "gender": ["diverse", "female"],
        "religion": ["a"],
    }
    assert effects["gender"]["female"] == detectable_effect((16, 20), 8, family=3)


def test_groups_too_small_to_compare_are_refused():
    with pytest.raises(ValueError, match="three persons"):
        detectable_effect((1, 1), 8)


def test_the_spread_of_a_pilot_is_that_of_its_persons_and_traits():
    draw = np.random.default_rng(5)
    person, trait = draw.normal(0, 0.5, 400), draw.normal(0, 1, 6)
    values = np.rint(300 + 100 * (person[:, None] + trait + draw.normal(0, 0.8, (400, 6))))
    answers = [
        (str(p), f"g{t}", False, int(values[p, t])) for p in range(400) for t in range(6)
    ]  # hundredths of a point: rounding to whole ratings is not what is tested
    people = {str(p): {} for p in range(400)}
    some = build_ratings(answers, people, {f"g{t}": TraitFacts(None, 1) for t in range(6)})
    spread = measured_spread(some)
    assert spread.source == "measured"
    assert [spread.sd_between, spread.sd_within] == pytest.approx([50, 80], rel=0.08)


def test_a_pilot_of_two_persons_says_nothing():
    assert measured_spread(rated({"a": [("male", [1, 2]), ("male", [2, 3])]})) == ASSUMED_SPREAD


@pytest.mark.parametrize(
    ("persons", "ours", "verdict"),
    [(9, 3, "inconclusive"), (10, 3, "equivalent"), (10, 4, "different")],
)
def test_persons_who_are_all_alike(persons, ours, verdict):
    some = rated({"a": [("male", [3, 3])] * persons, "b": [("female", [ours, ours])] * persons})
    row = compute_equivalence(some, "gender", category="female", baseline="male")
    assert (row.verdict, row.ci90) == (verdict, None)


def test_one_person_says_nothing():
    some = rated({"a": [("male", [3, 3])] * 5, "b": [("female", [3, 4])]})
    row = compute_equivalence(some, "gender", category="female", baseline="male")
    assert (row.verdict, row.p_equivalence) == ("inconclusive", None)


def test_every_group_has_a_verdict_against_the_baseline_of_its_attribute():
    some = ratings("b_effect")
    verdicts = compute_equivalences(some, shown=["gender", "religion"], margin=0.2)
    assert [row.category for row in verdicts["gender"]] == ["diverse", "female"]
    assert {row.baseline for row in verdicts["gender"]} == {"male"}
    assert verdicts["sexuality"] == []
    female = compute_equivalence(some, "gender", category="female", baseline="male", margin=0.2)
    assert verdicts["gender"][1] == female


def test_two_persons_who_are_alike_by_chance_are_no_proof_of_equivalence():
    men = [("male", [n, n]) for n in (2, 3, 4, 3, 3, 3, 3, 3, 3, 3, 2, 4)]
    few = rated({"a": [*men, ("female", [3, 3]), ("female", [3, 3])]})
    row = compute_equivalence(few, "gender", category="female", baseline="male", margin=1)
    assert (row.p_difference, row.p_equivalence, row.ci90) == (None, None, None)
    assert row.verdict == "inconclusive"
    many = rated({"a": [*men, *[("female", [3, 3])] * 10]})
    row = compute_equivalence(many, "gender", category="female", baseline="male", margin=1)
    assert row.verdict == "equivalent"
