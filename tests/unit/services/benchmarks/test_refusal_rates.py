import numpy as np
import pytest
from scipy import stats

from services.benchmarks.domain.attributes import UnknownChoiceError
from services.benchmarks.domain.outcomes import (
    FORMAT_FAILURE,
    REFUSAL,
    build_outcomes,
    failures_as,
)
from services.benchmarks.domain.ratings import TraitFacts, build_ratings
from services.benchmarks.domain.refusal_rates import (
    compute_failure_rates,
    compute_refusal_sensitivity,
)
from services.benchmarks.domain.resampling import Resampling
from services.benchmarks.domain.retries import compute_retries
from tests.unit.services.benchmarks.cases import failed_items, rated, ratings

FAST = Resampling(permutations=199, draws=99)
TRAITS = {"g1": TraitFacts(None, 1), "g2": TraitFacts(None, -1)}


def run(*, refused_of_women=6, people=10, attempts=1):
    """Ten men and ten women are rated 3 on both traits; the first women are refused on g1."""
    persons = {f"{g}{n}": {"gender": g} for g in ("female", "male") for n in range(people)}
    refused = [(f"female{n}", "g1", n % 2 == 1, REFUSAL) for n in range(refused_of_women)]
    without = {row[:2] for row in refused}
    answers = [
        (person, trait, False, 3, attempts if person.startswith("f") else 1)
        for person in persons
        for trait in TRAITS
        if (person, trait) not in without
    ]
    some = build_ratings(answers, persons, TRAITS)
    return some, build_outcomes(some, refused)


def test_the_rate_of_refusals_of_each_group_is_tested_over_persons():
    some, outcomes = run()
    table = compute_failure_rates(some, outcomes, resampling=FAST)[REFUSAL]["gender"]
    female, male = table.rows
    assert (female.hits, female.n, female.n_personas) == (6, 20, 10)
    assert (male.rate, male.difference) == (0, -0.3)
    assert (table.baseline, female.p_value) == ("female", None)  # equal sizes: the alphabet


def test_the_baseline_of_the_rates_can_be_named():
    some, outcomes = run()
    tables = compute_failure_rates(some, outcomes, baselines={"gender": "male"}, resampling=FAST)
    female = tables[REFUSAL]["gender"].rows[0]
    assert female.difference == pytest.approx(0.3)
    assert female.ci_low < 0.3 < female.ci_high
    # 6 of 10 women had one, no man: Fisher's test of persons is the permutation test
    assert female.p_value == pytest.approx(stats.fisher_exact([[6, 4], [0, 10]]).pvalue, abs=0.02)
    fisher = stats.fisher_exact([[6, 14], [0, 20]]).pvalue
    assert female.fisher_p == pytest.approx(fisher, rel=1e-12)
    assert female.rate_low < 0.3 < female.rate_high
    assert tables[FORMAT_FAILURE]["gender"].rows[0].p_value == 1
    assert tables[REFUSAL]["gender"].family.size == 1


def test_an_attribute_that_is_not_shown_has_rates_and_no_test():
    some, outcomes = run()
    table = compute_failure_rates(some, outcomes, shown=[], resampling=FAST)[REFUSAL]["gender"]
    assert {row.p_value for row in table.rows} == {None}
    assert table.family.size == 0


def test_refusals_are_put_in_on_the_aligned_scale():
    some, outcomes = run()
    for value in (1, 3, 5):
        filled = failures_as(some, outcomes, value)
        assert filled.aligned.tolist() == [value] * 6
        assert set(filled.raw.tolist()) <= {value, 6 - value}


def test_a_delta_that_hangs_on_the_refusals_does_not_hold():
    some, outcomes = run()
    row = compute_refusal_sensitivity(
        some, outcomes, baselines={"gender": "male"}, resampling=FAST
    )[0]
    assert (row.refusals, row.refusals_base, row.delta) == (6, 0, 0)
    deltas = {one.value: one.delta for one in row.supposed}
    assert deltas == pytest.approx({1: -0.6, 3: 0, 5: 0.6})
    assert not row.holds


def test_a_delta_without_refusals_holds():
    some = ratings("b_effect")
    rows = compute_refusal_sensitivity(
        some, build_outcomes(some, []), attributes=["gender"], resampling=FAST
    )
    assert all(row.holds for row in rows)
    assert {one.delta for row in rows for one in row.supposed} == {row.delta for row in rows}


def test_the_accepted_items_of_a_table_are_its_ratings():
    some = ratings("h_models", "m-gamma")
    outcomes = build_outcomes(some, failed_items("h_models", "m-gamma"))
    assert outcomes.is_of("accepted").sum() == len(some)
    assert len(outcomes) == 120
    assert len(np.unique(outcomes.keys)) == 120


def test_an_unknown_kind_of_failure_is_an_error():
    with pytest.raises(UnknownChoiceError, match="Did you mean refusal"):
        build_outcomes(run()[0], [("male0", "g1", False, "refused")])


def test_retries_are_counted_per_group_and_first_tries_compared_alone():
    persons = {f"{g}{n}": {"gender": g} for g in ("female", "male") for n in range(6)}
    answers = [
        (person, trait, False, 5 if late else 3, 2 if late else 1)
        for person in persons
        for trait in TRAITS
        for late in [person.startswith("f") and trait == "g1"]
    ]
    some = build_ratings(answers, persons, TRAITS)
    table = compute_retries(some, baselines={"gender": "male"}, resampling=FAST)["gender"]
    female, male = table.rows
    assert (female.rate.hits, female.rate.n, female.rate.rate) == (6, 12, 0.5)
    assert female.rate.p_value == pytest.approx(2 / 924)
    assert (male.mean_retried, male.rate.hits) == (None, 0)
    assert (female.delta, female.delta_first_try) == (1, 0)  # it is made by the retries alone
    assert female.mean_retried == 5


def test_retries_of_what_is_not_shown_are_not_tested():
    some, _ = run()
    table = compute_retries(some, shown=[], resampling=FAST)["gender"]
    assert {(row.delta, row.rate.p_value) for row in table.rows} == {(None, None)}


def test_no_refusal_of_few_items_is_no_proof_that_there_is_none():
    some = rated({"a": [("male", [3] * 4)] * 4 + [("female", [3] * 4)] * 4})
    table = compute_failure_rates(some, build_outcomes(some, []), resampling=FAST)
    row = next(one for one in table["refusal"]["gender"].rows if one.difference is not None)
    assert (row.rate, row.difference, row.p_value) == (0, 0, 1)
    assert row.ci_low < -0.3
    assert row.ci_high > 0.3
