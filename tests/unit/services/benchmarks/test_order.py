import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from services.benchmarks.domain.attributes import UnknownChoiceError
from services.benchmarks.domain.order import (
    compute_order_effect_metrics,
)
from services.benchmarks.domain.order_pairs import compute_order_free_delta
from services.benchmarks.domain.ratings import TraitFacts, build_ratings
from services.benchmarks.domain.resampling import Resampling
from tests.support.depth import examples
from tests.unit.services.benchmarks.cases import assert_met, of_kind, ratings

FAST = Resampling(permutations=99, draws=99)


def metrics_of(pairs):
    answers = [
        (f"p{number}", "g1", side == 1, value)
        for number, pair in enumerate(pairs)
        for side, value in enumerate(pair)
    ]
    people = {f"p{number}": {} for number in range(len(pairs))}
    some = build_ratings(answers, people, {"g1": TraitFacts()})
    return compute_order_effect_metrics(some, FAST)


@of_kind("order_metrics")
def test_the_order_metrics_of_a_table(case):
    metrics = compute_order_effect_metrics(ratings(case["table"]), FAST)
    assert_met(metrics, case["expected"], case["tolerance"])


@of_kind("order_pairs")
def test_the_order_metrics_of_pairs(case):
    assert_met(metrics_of(case["params"]["pairs_in_rev"]), case["expected"], case["tolerance"])


@of_kind("order_agreement")
def test_the_agreement_of_the_orders_beyond_chance(case):
    metrics = compute_order_effect_metrics(ratings(case["table"]), FAST)
    ours = vars(metrics.agreement) | {"signflip_p": metrics.obe.signflip_p}
    assert_met(ours, case["expected"], case["tolerance"])
    exact = case["random"]["signflip_p"]["exact"]
    assert metrics.obe.signflip_p == pytest.approx(exact, rel=1e-6)


@of_kind("order_by_case")
def test_the_order_effect_of_each_trait(case):
    metrics = compute_order_effect_metrics(ratings(case["table"]), FAST)
    assert_met(metrics.by_case, case["expected"], case["tolerance"])
    assert [row.rma for row in metrics.by_case] == [row.signed_gap for row in metrics.by_case]


def test_the_gap_of_a_trait_has_an_interval_over_persons():
    row = metrics_of([(5, 1), (4, 2), (3, 3), (4, 3), (2, 5), (1, 4)]).by_case[0]
    diff = np.array([0, 0, 0, 1, 1, -1])
    reach = stats.t.ppf(0.975, 5) * diff.std(ddof=1) / np.sqrt(6)
    assert (row.n_personas, row.signed_gap) == (6, pytest.approx(1 / 6))
    assert (row.gap_ci_low, row.gap_ci_high) == pytest.approx((1 / 6 - reach, 1 / 6 + reach))


@of_kind("order_by_category")
def test_the_order_effect_of_each_category(case):
    metrics = compute_order_effect_metrics(ratings(case["table"]), FAST)
    ours = [vars(row) | {"mae": row.abs_diff} for row in metrics.by_trait_category]
    assert_met(ours, case["expected"], case["tolerance"])


@of_kind("order_free_delta")
def test_the_difference_of_groups_without_the_order_effect(case):
    params = case["params"]
    names = params["attribute"], params["category"], params["baseline"]
    delta = compute_order_free_delta(ratings(case["table"]), *names, FAST)
    assert_met(delta, case["expected"], case["tolerance"])
    assert delta.ci_low < delta.delta < delta.ci_high


PAIR = st.tuples(st.integers(1, 5), st.integers(1, 5))


@given(pairs=st.lists(PAIR, min_size=1, max_size=12))
@settings(max_examples=examples(15))
def test_the_metrics_follow_from_the_differences(pairs):
    metrics = metrics_of(pairs)
    diff = np.array([first - (6 - second) for first, second in pairs])
    assert metrics.n_pairs == metrics.n_personas == len(pairs)
    assert metrics.rma.exact_rate == pytest.approx((diff == 0).mean())
    assert metrics.obe.mean_diff == pytest.approx(diff.mean())
    assert metrics.obe.persons_p == pytest.approx(metrics.obe.signflip_p)
    assert metrics.test_retest.within1_rate >= metrics.rma.exact_rate


def test_a_model_that_undoes_the_scale_has_no_order_effect():
    metrics = metrics_of([(1, 5), (2, 4), (3, 3), (5, 1)])
    assert (metrics.rma.exact_rate, metrics.rma.mae, metrics.obe.mean_diff) == (1, 0, 0)
    assert metrics.agreement.kappa == metrics.agreement.icc_2_1 == 1
    assert metrics.obe.signflip_p == 1


def test_a_run_in_one_order_has_the_use_of_the_scale_only():
    metrics = compute_order_effect_metrics(ratings("b_effect"), FAST)
    assert metrics.n_pairs == 0
    assert metrics.rma is metrics.obe is metrics.correlation is metrics.agreement is None
    assert metrics.usage.sv > 0
    assert metrics.by_case == metrics.by_trait_category == ()


def test_pairs_are_of_the_same_wording():
    answers = [("p", "g1", False, 4, 1, 0), ("p", "g1", True, 2, 1, 1)]
    some = build_ratings(answers, {"p": {}}, {"g1": TraitFacts()})
    assert compute_order_effect_metrics(some, FAST).n_pairs == 0


def test_a_group_that_nobody_is_of_is_an_error():
    with pytest.raises(UnknownChoiceError, match="category has no value women"):
        compute_order_free_delta(ratings("c_dual"), "gender", "women", "male", FAST)
