import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from services.benchmarks.domain.model_groups import compare_groups
from services.benchmarks.domain.model_outcomes import compare_accepted
from services.benchmarks.domain.models import compare_bias, compare_ratings
from services.benchmarks.domain.outcomes import build_outcomes
from services.benchmarks.domain.ratings import TraitFacts, build_ratings
from services.benchmarks.domain.resampling import Resampling
from services.benchmarks.domain.shared_items import Recoding, shared_items
from tests.unit.services.benchmarks.cases import ratings

FAST = Resampling(permutations=200, draws=200)
ATTRIBUTES = ("gender", "religion")


def two(first="m-alpha", second="m-beta"):
    return {name: ratings("h_models", name) for name in (first, second)}


def shown(runs):
    return [name for name in ATTRIBUTES if name in next(iter(runs.values())).attributes]


def test_every_group_has_the_difference_that_it_has_alone():
    runs = two()
    compared = compare_groups(runs, attributes=shown(runs), resampling=FAST)
    assert compared.family.size == len(compared.rows) > 0
    for row in compared.rows:
        (alone,) = compare_bias(
            runs, row.attribute, category=row.category, baseline=row.baseline, resampling=FAST
        )
        for field in ("n_items", "n_personas", "delta_a", "delta_b", "difference_of_deltas"):
            assert getattr(row, field) == pytest.approx(getattr(alone, field)), field


def test_all_groups_of_all_attributes_are_one_family():
    runs = two()
    rows = compare_groups(runs, attributes=shown(runs), resampling=FAST).rows
    expected = multipletests([row.p_value for row in rows], method="holm")[1]
    assert [row.holm for row in rows] == pytest.approx(expected.tolist())
    assert [row.significant for row in rows] == (expected < 0.05).tolist()
    (alone,) = compare_bias(
        runs, "gender", category=rows[0].category, baseline=rows[0].baseline, resampling=FAST
    )
    assert rows[0].detectable > alone.detectable  # the level of each test is smaller


def test_the_other_way_round_the_sign_is_the_other_one():
    runs = two()
    there = compare_groups(runs, attributes=shown(runs), resampling=FAST).rows
    back = compare_groups(
        dict(reversed(runs.items())), attributes=shown(runs), resampling=FAST
    ).rows
    for one, other in zip(there, back, strict=True):
        assert one.difference_of_deltas == pytest.approx(-other.difference_of_deltas)
        assert one.detectable == pytest.approx(other.detectable)


def test_a_run_compared_with_itself_differs_nowhere_and_promises_nothing():
    run = ratings("h_models", "m-alpha")
    for row in compare_groups({"a": run, "b": run}, attributes=["gender"], resampling=FAST).rows:
        assert (row.difference_of_deltas, row.p_value, row.significant) == (0.0, 1.0, False)
        assert row.detectable is None
    assert compare_ratings({"a": run, "b": run}, resampling=FAST)[0].detectable is None


def test_a_baseline_without_a_shared_item_is_not_taken():
    runs = two()
    rows = compare_groups(runs, attributes=["gender"], baselines={"gender": "nobody"},
                          resampling=FAST).rows  # fmt: skip
    assert "nobody" not in {row.baseline for row in rows}


def test_one_person_who_refuses_everything_is_no_difference_of_models():
    people = {f"p{n}": {} for n in range(8)}
    traits = {f"g{n}": TraitFacts() for n in range(30)}
    every = [(person, trait, False, 3) for person in people for trait in traits]
    answered = [row for row in every if row[0] != "p0"]
    refused = [(*row[:3], "refusal") for row in every if row[0] == "p0"]
    outcomes = {
        "a": build_outcomes(build_ratings(every, people, traits), []),
        "b": build_outcomes(build_ratings(answered, people, traits), refused),
    }
    (row,) = compare_accepted(outcomes)
    assert row.test.p_exact < 1e-8  # McNemar takes 30 items for 30 decisions
    assert (row.p_signflip_personas, row.significant) == (1.0, False)
    assert (row.share_a, row.share_b, row.n_items, row.n_personas) == (1.0, 7 / 8, 240, 8)


def test_items_of_two_wordings_are_two_items():
    people, traits = {"a": {}, "b": {}}, {"g1": TraitFacts()}
    asked = [(person, "g1", False, 3, 1, wording) for person in people for wording in (0, 1)]
    run = build_ratings(asked[:3], people, traits)
    failed = [("b", "g1", False, "refusal", 1)]
    (row,) = compare_accepted({
        "a": build_outcomes(build_ratings(asked, people, traits), []),
        "b": build_outcomes(run, failed),
    })  # fmt: skip
    assert (row.n_items, row.test.table) == (4, ((3, 1), (0, 0)))


@given(
    values=st.lists(st.integers(1, 5), min_size=12, max_size=12),
    order=st.permutations(["g1", "g2", "g3"]),
    flipped=st.booleans(),
)
def test_the_same_items_are_shared_however_a_run_numbers_traits_and_wordings(
    values, order, flipped
):
    people = {"a": {}, "b": {}}
    rows = [
        (person, trait, False, wording)
        for person in people
        for trait in ("g1", "g2", "g3")
        for wording in (0, 1)
    ]
    facts = {"g1": TraitFacts(valence=-1), "g2": TraitFacts(), "g3": TraitFacts(valence=1)}
    plain = [(*row[:3], value, 1, row[3]) for row, value in zip(rows, values, strict=True)]
    other = [(*row[:5], 1 - row[5] if flipped else row[5]) for row in plain]
    first = build_ratings(plain, people, facts)
    second = build_ratings(other, people, {name: facts[name] for name in order})
    traits = ["g1", "g3"]
    one = Recoding(traits=traits, factors={"wording": (0, 1)}).ratings(first)
    two = Recoding(traits=traits, factors={"wording": (1, 0) if flipped else (0, 1)}).ratings(
        second
    )
    shared = shared_items(one, two)
    assert len(shared.person) == 8
    assert not np.any(shared.change)
