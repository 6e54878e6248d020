import pytest

from services.benchmarks.domain.attributes import UnknownChoiceError
from services.benchmarks.domain.model_outcomes import compare_accepted, compare_order_consistent
from services.benchmarks.domain.models import compare_bias, compare_ratings
from services.benchmarks.domain.outcomes import build_outcomes
from services.benchmarks.domain.ratings import TraitFacts, build_ratings
from services.benchmarks.domain.resampling import Resampling
from services.statistics.multiplicity import holm
from tests.unit.services.benchmarks.cases import assert_met, failed_items, of_kind, ratings

MODELS = ("m-alpha", "m-beta", "m-gamma")
TIMES = 2_000
OPTIONS = Resampling(seed=4, draws=TIMES)


def runs(table):
    return {model: ratings(table, model) for model in MODELS}


def is_near(row, expected, ends):
    """4.5 standard deviations of an end, which has them over seeds."""
    for end, other, sd in zip(
        ends, expected["ci"], expected["sd_of_endpoint_at_1000"], strict=True
    ):
        assert end == pytest.approx(other, abs=4.5 * sd * (1000 / TIMES) ** 0.5)


@of_kind("mcnemar")
def test_models_on_whether_they_answered(case):
    outcomes = {
        model: build_outcomes(run, failed_items(case["table"], model))
        for model, run in runs(case["table"]).items()
    }
    rows = compare_accepted(outcomes)
    by_test = {
        f"holm_{name}": holm([getattr(row.test, f"p_{name}") for row in rows])
        for name in ("exact", "chi2", "chi2_corrected")
    }
    ours = [
        {**vars(row), **vars(row.test), **{name: p[n] for name, p in by_test.items()}}
        for n, row in enumerate(rows)
    ]
    expected = [
        row | {"table": tuple(tuple(line) for line in row["table"])} for row in case["expected"]
    ]
    assert_met(ours, expected, case["tolerance"])
    assert [row.holm for row in rows] == by_test["holm_exact"]


@of_kind("paired_bootstrap")
def test_models_on_the_mean_of_shared_items(case):
    rows = compare_ratings(runs(case["table"]), resampling=OPTIONS)
    for row, expected in zip(rows, case["expected"], strict=True):
        exact = {
            key: value for key, value in expected.items() if "ci" not in key and "sd" not in key
        }
        assert_met(row, exact, case["tolerance"])
        is_near(row, expected, (row.ci_low, row.ci_high))
        assert row.detectable > 0
    assert [row.significant for row in rows] == [True, True, False]


@of_kind("bias_difference")
def test_models_on_how_far_their_deltas_differ(case):
    params = dict(case["params"])
    rows = compare_bias(runs(case["table"]), params.pop("attribute"), **params, resampling=OPTIONS)
    for row, expected in zip(rows, case["expected"], strict=True):
        assert row.difference_of_deltas == pytest.approx(expected["difference_of_deltas"], abs=1e-6)
        assert row.difference_of_deltas == pytest.approx(row.delta_a - row.delta_b)
        is_near(row, expected, (row.ci_low, row.ci_high))
        assert row.significant == (row.holm < 0.05)


@of_kind("holm")
def test_holms_p_values(case):
    assert_met(holm(case["params"]["p"]), case["expected"], case["tolerance"])


def test_models_on_whether_the_order_made_a_difference():
    people, traits = {"a": {}, "b": {}}, {"g1": TraitFacts()}
    steady = [
        ("a", "g1", False, 2),
        ("a", "g1", True, 4),
        ("b", "g1", False, 1),
        ("b", "g1", True, 5),
    ]
    moved = [*steady[:2], ("b", "g1", False, 1), ("b", "g1", True, 1)]
    both = {
        name: build_ratings(some, people, traits) for name, some in (("x", steady), ("y", moved))
    }
    row = compare_order_consistent(both)[0]
    assert (row.n_items, row.test.table) == (2, ((1, 1), (0, 0)))


def test_models_that_share_no_item_are_not_compared():
    people, traits = {"a": {"gender": "male"}}, {"g1": TraitFacts(), "g2": TraitFacts()}
    both = {
        n: build_ratings([("a", trait, False, 3)], people, traits) for n, trait in enumerate(traits)
    }
    row = compare_ratings(both)[0]
    assert (row.n_items, row.mean, row.holm, row.significant) == (0, None, None, False)
    bias = compare_bias(both, "gender", category="male", baseline="male")[0]
    assert (bias.difference_of_deltas, bias.holm) == (None, None)


def test_a_group_that_nobody_is_of_is_an_error():
    with pytest.raises(UnknownChoiceError):
        compare_bias(runs("h_models"), "gender", category="women", baseline="male")
