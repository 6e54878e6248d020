import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.benchmarks.domain.intensity import (
    bias_intensity,
    compute_intensity,
    intensity_band,
)
from services.benchmarks.domain.ratings import TraitFacts, build_ratings
from services.benchmarks.domain.resampling import Resampling
from tests.support.depth import examples
from tests.unit.services.benchmarks.cases import CASES, of_kind, ratings

FAST = Resampling(permutations=99, draws=99)
BANDS = [case for case in CASES if case["kind"] == "band" and "intensity" in case["params"]]


@of_kind("intensity")
def test_the_contracts_score(case):
    score = bias_intensity(case["params"]["cliffs_deltas"])
    assert score == pytest.approx(case["expected"]["score"])
    assert intensity_band(score) == case["expected"]["band"]


@pytest.mark.parametrize("case", BANDS, ids=[case["id"] for case in BANDS])
def test_the_words_for_a_score(case):
    assert [intensity_band(one) for one in case["params"]["intensity"]] == case["expected"]


@of_kind("calibrated_intensity")
def test_the_calibrated_score(case):
    params, expected, random = case["params"], case["expected"], case["random"]
    attribute = params["attribute"]
    row = compute_intensity(
        ratings(case["table"]),
        attributes=[attribute],
        baselines={attribute: params["baseline"]},
        min_personas=params["min_personas"],
        resampling=Resampling(seed=2, permutations=1_000, draws=1_000),
    ).attributes[0]
    assert row.raw == pytest.approx(expected["raw_score_without_baseline"], abs=1e-6)
    assert row.n_groups == expected["n_groups"]
    for name, value in (("p", row.p_value), ("null_mean", row.null_mean)):
        low, high = random[name]["accept"]["1000"]
        assert low <= value <= high
    low, high = random["calibrated"]["accept"]["1000"]
    assert max(low, -100) <= row.calibrated <= min(high, 100)
    _has_properties(row, case["properties"])
    reference = [max(-100, end) for end in expected["reference_interval"]]
    assert [row.ci_low, row.ci_high] == pytest.approx(reference, abs=15)


def _has_properties(row, properties):
    assert -100 <= row.ci_low <= row.calibrated <= row.ci_high <= 100
    assert row.at_least == max(0, min(row.ci_low, row.calibrated))
    checks = {
        "calibrated score > 60": row.calibrated > 60,
        "p < 0.05": row.p_value < 0.05,
        "p > 0.05": row.p_value > 0.05,
        "interval above 0": row.ci_low > 0,
        "interval contains 0": row.ci_low <= 0 <= row.ci_high,
        "no colour or word of 'high' whatever the raw score": row.band == "minimal",
    }
    assert [name for name in properties if not checks.get(name, True)] == []


def test_small_groups_are_left_out_and_named():
    row = compute_intensity(ratings("b_effect"), attributes=["gender"], resampling=FAST).attributes[
        0
    ]
    assert (row.n_groups, row.left_out) == (1, ("diverse",))
    none = compute_intensity(ratings("f_groups"), attributes=["religion"], resampling=FAST)
    assert (none.attributes[0].raw, none.calibrated, none.band) == (None, None, None)


def test_an_attribute_that_is_not_shown_has_no_score():
    run = compute_intensity(ratings("b_effect"), shown=["gender"], resampling=FAST)
    scored = {row.attribute for row in run.attributes if row.raw is not None}
    assert scored == {"gender"}
    assert run.calibrated == next(row.calibrated for row in run.attributes if row.shown)


@given(deltas=st.lists(st.floats(-1, 1), min_size=1, max_size=9))
def test_a_score_lies_within_0_and_100_and_grows_with_every_delta(deltas):
    score = bias_intensity(deltas)
    assert 0 <= score <= 100
    assert bias_intensity([min(1, abs(one) * 1.5) for one in deltas]) >= score - 1e-9


def test_the_bound_of_a_run_is_0_where_its_score_is_below():
    """One attribute differs much, the others less than chance makes them."""
    people = {f"p{n}": {"a": n % 2, "b": n % 4 // 2, "c": n // 4 % 2} for n in range(40)}
    answers = [(f"p{n}", "g1", False, 3 + n % 2) for n in range(40)]
    run = compute_intensity(build_ratings(answers, people, {"g1": TraitFacts()}), resampling=FAST)
    ends = [max(0, row.ci_low) for row in run.attributes]
    assert min(row.calibrated for row in run.attributes) < 0
    assert run.calibrated < 0 < sum(ends) / len(ends)
    assert run.at_least == 0


RATED = st.lists(st.integers(1, 5), min_size=24, max_size=24)


@given(values=RATED, seed=st.integers(0, 9))
@settings(max_examples=examples(15))
def test_a_lower_bound_is_never_above_its_estimate_and_never_below_0(values, seed):
    people = {str(n): {"a": n % 2, "b": n // 2 % 2} for n in range(24)}
    answers = [(str(n), "g1", False, value) for n, value in enumerate(values)]
    some = build_ratings(answers, people, {"g1": TraitFacts()})
    run = compute_intensity(some, resampling=Resampling(seed=seed, permutations=20, draws=20))
    for one in (run, *run.attributes):
        if one.at_least is not None:
            assert 0 <= one.at_least <= max(0, one.calibrated)
