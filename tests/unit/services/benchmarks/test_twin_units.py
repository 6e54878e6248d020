"""Twins in the same group are one unit of a test: copies of persons say nothing more."""

from dataclasses import replace

import numpy as np
import pytest

from services.benchmarks.domain.deltas import compute_deltas
from services.benchmarks.domain.equivalence import compute_equivalences
from services.benchmarks.domain.forest import compute_forest
from services.benchmarks.domain.intensity import compute_intensity
from services.benchmarks.domain.kruskal import compute_kruskal
from services.benchmarks.domain.metrics import (
    compute_means_by_attribute,
    compute_trait_category_summary,
)
from services.benchmarks.domain.mixed import compute_mixed
from services.benchmarks.domain.model_outcomes import compare_order_consistent
from services.benchmarks.domain.models import compare_bias, compare_ratings
from services.benchmarks.domain.order import compute_order_effect_metrics
from services.benchmarks.domain.ratings import TraitFacts, build_ratings
from services.benchmarks.domain.repeats import compute_repeat_agreement
from services.benchmarks.domain.resampling import Resampling
from services.benchmarks.domain.stability import compute_variance_shares

FAST = Resampling(permutations=199, draws=99)
PEOPLE, TRAITS = 24, 4


def sources(seed=2, repeats=1):
    """Return the answers about persons in both orders, women rated a little better; and who."""
    draw = np.random.default_rng(seed)
    people = {f"p{n}": {"gender": "female" if n < PEOPLE / 2 else "male"} for n in range(PEOPLE)}
    answers = [
        (person, f"g{trait}", is_reversed, rating(draw, n, is_reversed), 1, 0, 0, repeat)
        for n, person in enumerate(people)
        for trait in range(TRAITS)
        for is_reversed in (False, True)
        for repeat in range(repeats)
    ]
    return people, answers


def rating(draw, person, is_reversed):
    """Return the number that is written: of women a little better, the last options as well."""
    stated = 3.3 if person < PEOPLE / 2 else 2.9
    shown = 6.2 - stated if is_reversed else stated + 0.2
    return int(np.clip(round(draw.normal(shown, 0.7)), 1, 5))


def rated(people, answers):
    facts = {f"g{trait}": TraitFacts("competence", 1) for trait in range(TRAITS)}
    return build_ratings(answers, people, facts)


def with_clusters(ratings, clusters):
    groupings = ratings.attributes.items()
    attributes = {
        name: replace(one, clusters=None if clusters is None else np.array(clusters))
        for name, one in groupings
    }
    return replace(ratings, attributes=attributes)


def doubled(*, are_twins, **more_of):
    """Return the ratings of persons and of their copies."""
    people, answers = sources(**more_of)
    copies = {f"{person}-twin": facts for person, facts in people.items()}
    more = [(f"{person}-twin", *rest) for person, *rest in answers]
    both = rated(people | copies, answers + more)
    return with_clusters(both, [*range(PEOPLE)] * 2 if are_twins else None)


def judged(ratings):
    """Return what is concluded of both groups."""
    other = compute_deltas(ratings, resampling=FAST)["gender"].rows
    row = next(one for one in other if one.p_value is not None)
    same = compute_equivalences(ratings)["gender"][0]
    whole = compute_kruskal(ratings, resampling=FAST).rows[0]
    score = compute_intensity(ratings, resampling=FAST).attributes[0]
    means = compute_means_by_attribute(ratings, "gender")
    return {
        "delta": (row.delta, row.p_value, row.ci_low, row.ci_high),
        "equivalence": (same.delta, same.p_equivalence, *same.ci90),
        "kruskal": whole.p_personas,
        "intensity": score.p_value,
        "means": [(one.persons_ci_low, one.persons_ci_high) for one in means],
    }


def test_copies_of_persons_change_no_conclusion():
    alone = judged(rated(*sources()))
    twins = judged(doubled(are_twins=True))
    assert twins["delta"] == pytest.approx(alone["delta"])
    assert twins["equivalence"] == pytest.approx(alone["equivalence"])
    assert twins["means"][0] == pytest.approx(alone["means"][0])
    assert (twins["kruskal"], twins["intensity"]) == pytest.approx(
        (alone["kruskal"], alone["intensity"]), abs=0.05
    )


def test_the_same_persons_without_being_twins_would_say_more():
    twins, others = judged(doubled(are_twins=True)), judged(doubled(are_twins=False))
    assert others["delta"][1] < twins["delta"][1]
    assert others["delta"][3] - others["delta"][2] < twins["delta"][3] - twins["delta"][2]


def test_counts_are_of_persons_and_of_all_their_ratings():
    row = compute_deltas(doubled(are_twins=True), resampling=FAST)["gender"].rows[0]
    assert (row.n_personas, row.count) == (PEOPLE, 2 * PEOPLE * TRAITS)
    forest = compute_forest(doubled(are_twins=True), "gender", resampling=FAST)
    assert forest.groups[0].rows[0].n_cat == PEOPLE


def described(ratings):
    """Return what is said of both groups trait by trait, of order, repeats and categories."""
    rows = compute_forest(ratings, "gender", resampling=FAST).groups[0].rows
    order = compute_order_effect_metrics(ratings, FAST)
    (category,) = compute_trait_category_summary(ratings)
    return {
        "forest": [(row.delta, row.se, row.ci_low, row.p_value) for row in rows],
        "order": [order.obe.mean_diff, order.obe.persons_ci_low, order.obe.persons_ci_high],
        "traits": [(one.gap_ci_low, one.gap_ci_high) for one in order.by_case],
        "intervals": list(order.intervals.values()),
        "category": (category.persons_ci_low, category.persons_ci_high),
    }


def test_copies_of_persons_say_nothing_more_of_traits_and_of_the_order():
    alone = described(rated(*sources()))
    twins = described(doubled(are_twins=True))
    for name, figures in alone.items():
        assert np.array(twins[name]) == pytest.approx(np.array(figures), rel=1e-6), name


def test_without_being_twins_they_would_say_more():
    twins, others = (described(doubled(are_twins=one)) for one in (True, False))
    assert all(b[1] < a[1] for a, b in zip(twins["forest"], others["forest"], strict=True))
    assert np.ptp(others["order"][1:]) < np.ptp(twins["order"][1:])
    assert np.ptp(others["category"]) < np.ptp(twins["category"])


def test_twins_share_the_intercept_of_a_mixed_model():
    twins, others = (
        compute_mixed(doubled(are_twins=one), "gender").rows[0] for one in (True, False)
    )
    assert others.se < 0.8 * twins.se
    assert twins.delta == pytest.approx(others.delta)
    assert twins.n_personas == others.n_personas == PEOPLE


def test_twins_are_one_unit_of_a_comparison_of_models():
    rows = {}
    for are_twins in (True, False):
        runs = {
            name: doubled(are_twins=are_twins, seed=seed) for name, seed in (("a", 2), ("b", 3))
        }
        (rating,) = compare_ratings(runs, resampling=FAST)
        (bias,) = compare_bias(runs, "gender", category="female", baseline="male", resampling=FAST)
        (same,) = compare_order_consistent(runs, resampling=FAST)
        rows[are_twins] = rating, bias, same
    for twin, other in zip(*rows.values(), strict=True):
        assert twin.n_personas == other.n_personas == 2 * PEOPLE
        assert other.ci_high - other.ci_low < twin.ci_high - twin.ci_low
        assert other.detectable < twin.detectable


def test_repeats_of_twins_are_those_of_one_unit():
    agreed, shares = {}, {}
    for are_twins in (True, False):
        again = doubled(are_twins=are_twins, repeats=2)
        agreed[are_twins] = compute_repeat_agreement(again, FAST)
        shares[are_twins] = compute_variance_shares(again, FAST).factors[-1]
    assert np.ptp(agreed[False].exact_rate_ci) < np.ptp(agreed[True].exact_rate_ci)
    assert shares[False].ci_high - shares[False].ci_low < shares[True].ci_high - shares[True].ci_low
    assert agreed[True].n_personas == shares[True].n_personas == 2 * PEOPLE


def test_twins_in_two_groups_stay_two_persons():
    grouping = rated(*sources()).attributes["gender"]
    paired = replace(grouping, clusters=np.array([*range(PEOPLE // 2)] * 2))
    columns = np.ones((PEOPLE, 1), dtype=np.int64)
    assert len(paired.units(columns)[0]) == PEOPLE
