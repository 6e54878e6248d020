"""Twins in the same group are one unit of a test: copies of persons say nothing more."""

from dataclasses import replace

import numpy as np
import pytest

from services.benchmarks.domain.deltas import compute_deltas
from services.benchmarks.domain.equivalence import compute_equivalences
from services.benchmarks.domain.forest import compute_forest
from services.benchmarks.domain.intensity import compute_intensity
from services.benchmarks.domain.kruskal import compute_kruskal
from services.benchmarks.domain.metrics import compute_means_by_attribute
from services.benchmarks.domain.ratings import Answer, TraitFacts, build_ratings
from services.benchmarks.domain.resampling import Resampling

FAST = Resampling(permutations=199, draws=99)
PEOPLE, TRAITS = 24, 4


def sources(seed=2):
    """Return the answers about persons, women rated a little better, and the persons."""
    draw = np.random.default_rng(seed)
    people = {f"p{n}": {"gender": "female" if n < PEOPLE / 2 else "male"} for n in range(PEOPLE)}
    answers = [
        (person, trait, int(np.clip(round(draw.normal(3.4 if n < PEOPLE / 2 else 3, 0.7)), 1, 5)))
        for n, person in enumerate(people)
        for trait in range(TRAITS)
    ]
    return people, answers


def rated(people, answers):
    facts = {f"g{trait}": TraitFacts("competence", 1) for trait in range(TRAITS)}
    rows = [Answer(person, f"g{trait}", False, value) for person, trait, value in answers]
    return build_ratings(rows, people, facts)


def with_clusters(ratings, clusters):
    groupings = ratings.attributes.items()
    attributes = {
        name: replace(one, clusters=None if clusters is None else np.array(clusters))
        for name, one in groupings
    }
    return replace(ratings, attributes=attributes)


def doubled(*, are_twins):
    """Return the ratings of persons and of their copies."""
    people, answers = sources()
    copies = {f"{person}-twin": facts for person, facts in people.items()}
    more = [(f"{person}-twin", trait, value) for person, trait, value in answers]
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
    assert (row.n_personas, row.count) == (PEOPLE, PEOPLE * TRAITS)
    forest = compute_forest(doubled(are_twins=True), "gender", resampling=FAST)
    assert forest.groups[0].rows[0].n_cat == PEOPLE


def test_twins_in_two_groups_stay_two_persons():
    grouping = rated(*sources()).attributes["gender"]
    paired = replace(grouping, clusters=np.array([*range(PEOPLE // 2)] * 2))
    columns = np.ones((PEOPLE, 1), dtype=np.int64)
    assert len(paired.units(columns)[0]) == PEOPLE
