"""Properties of the builders of personas."""

from collections import Counter
from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.benchmarks.domain.attributes import age_group
from services.benchmarks.domain.builders import tables
from services.benchmarks.domain.builders.counterfactual import AXES, build_counterfactual
from services.benchmarks.domain.builders.drafts import PersonaDraft
from services.benchmarks.domain.builders.fit import age_bin, ages_that_fit, fits
from services.benchmarks.domain.builders.forty import REGIONS, forty_people
from services.benchmarks.domain.builders.pool import build_pool
from services.benchmarks.domain.builders.sample import (
    BALANCED_BY,
    build_balanced,
    build_reality,
    quotas,
)
from services.benchmarks.domain.countries import BY_NAME, COUNTRIES, SUBREGIONS, country_of
from services.benchmarks.domain.faults import RowFaults
from services.benchmarks.domain.names import NAMES
from services.benchmarks.domain.persona_rules import check_personas
from tests.support.depth import examples

SEEDS = st.integers(0, 2**31 - 1)
TEMPERATURES = st.floats(0, 1)
EVEN = build_pool(2000, seed=3, temperature=1.0)


@given(seed=SEEDS, temperature=TEMPERATURES)
@settings(max_examples=examples(10))
def test_people_of_a_pool_are_possible_at_every_temperature(seed, temperature):
    for one in build_pool(40, seed, temperature):
        assert fits(replace(one, age=None), one.age)
        assert one.occupation is None or 16 <= one.age <= 67
        assert one.education is not None or one.age < 6
        assert one.marriage_status == "single" or one.age >= 18
        assert (one.origin == tables.HOME) == (one.migration_status == "without_migration")
        assert BY_NAME[one.origin].subregion == one.origin_subregion
        if one.occupation is not None:
            needs = tables.OCCUPATIONS[one.occupation].education
            assert tables.RANKS[needs] <= tables.RANKS[one.education]


def test_the_same_seed_draws_the_same_people_and_another_one_others():
    assert build_pool(20, 5, 0.3) == build_pool(20, 5, 0.3)
    assert build_pool(20, 5, 0.3) != build_pool(20, 6, 0.3)
    assert len({one.uuid for one in EVEN}) == len(EVEN)


@pytest.mark.parametrize("temperature", [0.0, 0.5, 1.0])
def test_shares_are_those_of_the_tables_to_the_power_of_one_minus_t(temperature):
    pool = build_pool(5000, 1, temperature)
    for table, values in (
        (tables.GENDER, [one.gender for one in pool]),
        (tables.SEXUALITY, [one.sexuality for one in pool]),
        (tables.MIGRATION, [one.migration_status for one in pool]),
    ):
        weights = {name: p ** (1 - temperature) for name, p in table.items()}
        for name, weight in weights.items():
            p = weight / sum(weights.values())
            five_errors = 5 * (p * (1 - p) / len(pool)) ** 0.5
            assert abs(values.count(name) / len(pool) - p) < five_errors, name


@pytest.mark.parametrize("temperature", [-0.1, 1.1, float("nan")])
def test_a_temperature_that_is_none_is_refused(temperature):
    with pytest.raises(ValueError, match="from 0 to 1"):
        build_pool(1, 1, temperature)


@given(n=st.integers(1, 100), seed=SEEDS)
@settings(max_examples=examples(10))
def test_a_sample_has_n_different_people_of_the_source(n, seed):
    source = EVEN[:120]
    for build in (build_reality, build_balanced):
        sample = build(source, n, seed)
        assert sample == build(source, n, seed)
        assert len({one.uuid for one in sample}) == n
        assert set(sample) <= set(source)
        with pytest.raises(ValueError, match="has 120 personas"):
            build(source, 121, seed)


@given(n=st.sampled_from([30, 60, 100]), seed=SEEDS)
@settings(max_examples=examples(6))
def test_groups_of_a_balanced_set_are_of_like_size(n, seed):
    sample = build_balanced(EVEN, n, seed)
    for name, group in BALANCED_BY.items():
        sizes = Counter(map(group, sample)).values()
        of_all = len({group(one) for one in EVEN})
        assert len(sizes) == min(n, of_all), name
        assert max(sizes) - min(sizes) <= 3, name


@given(sizes=st.lists(st.integers(1, 50), min_size=1, max_size=9), data=st.data())
def test_quotas_sum_to_n_and_none_is_beyond_what_there_is(sizes, data):
    n = data.draw(st.integers(1, sum(sizes)))
    shares = quotas(sizes, n)
    assert sum(shares) == pytest.approx(n)
    assert all(0 < share <= size for share, size in zip(shares, sizes, strict=True))
    full = max(shares)
    assert all(
        share == size or share == pytest.approx(full)
        for share, size in zip(shares, sizes, strict=True)
    )


@given(seed=SEEDS)
@settings(max_examples=examples(6))
def test_a_twin_differs_in_one_attribute_and_nothing_else(seed):
    people = EVEN[:60]
    twins = build_counterfactual(people, seed)
    assert [twin.source_uuid for twin in twins] == [one.uuid for one in people]
    for source, twin in zip(people, twins, strict=True):
        axis, other = twin.changed_attribute, twin.persona
        assert (twin.from_value, twin.to_value) == (
            str(getattr(source, axis)), str(getattr(other, axis)),
        )  # fmt: skip
        may_differ = {"uuid", axis} | (
            {"origin_region", "origin_subregion"} if axis == "origin" else set()
        )
        for field in fields(PersonaDraft):
            same = getattr(source, field.name) == getattr(other, field.name)
            assert same or field.name in may_differ, field.name
        assert twin.from_value != twin.to_value
        if axis == "age":
            assert abs(age_bin(other.age) - age_bin(source.age)) >= 2
            assert other.age in tables.REPRESENTATIVE_AGES
            assert fits(source, other.age)
        if axis == "origin":
            assert other.origin_subregion != source.origin_subregion
            assert BY_NAME[other.origin].subregion == other.origin_subregion


def test_axes_take_turns_and_who_cannot_change_one_changes_the_next():
    grown = [replace(one, age=30, education=None, occupation=None, marriage_status="single")
             for one in EVEN[:50]]  # fmt: skip
    counts = Counter(twin.changed_attribute for twin in build_counterfactual(grown))
    assert counts == dict.fromkeys(AXES, 10)
    wed = [replace(one, age=40, marriage_status="married", occupation="lawyer",
                   education="master's degree") for one in grown]  # fmt: skip
    counts = Counter(twin.changed_attribute for twin in build_counterfactual(wed))
    assert (counts["age"], counts["origin"]) == (0, 20)


def test_nobody_is_twinned_of_whom_nothing_is_known():
    with pytest.raises(ValueError, match="no attribute that could be changed"):
        build_counterfactual([PersonaDraft(uuid="1", education="doctorate")])


@pytest.mark.parametrize(
    ("person", "ages"),
    [
        ({}, (0, 120)),
        ({"marriage_status": "married"}, (18, 120)),
        ({"education": "doctorate"}, (26, 120)),
        ({"occupation": "lawyer"}, (26, 67)),
        ({"occupation": "dragon tamer"}, (18, 67)),
        ({"occupation": "dragon tamer", "age": 70}, (18, 70)),
        ({"education": "school of magic", "age": 11}, (11, 120)),
    ],
)
def test_ages_fit_what_else_is_known(person, ages):
    assert ages_that_fit(PersonaDraft(uuid="1", **person)) == ages


def test_age_bins_are_the_groups_of_the_analysis():
    groups = [age_group(age) for age in tables.REPRESENTATIVE_AGES]
    assert len(set(groups)) == len(tables.AGE_BINS)
    for age in range(121):
        assert age_group(age) == groups[age_bin(age)]


def test_the_forty_are_adults_of_both_genders_from_every_region():
    people = forty_people()
    cells = Counter((one.gender, one.origin_region) for one in people)
    assert set(cells.values()) == {4}
    assert {region for _, region in cells} == set(REGIONS)
    assert min(one.age for one in people) >= 18
    assert len({one.religion for one in people}) == 7


def test_countries_are_called_by_one_name_and_lie_in_one_place():
    assert len({one.code for one in COUNTRIES}) == len(COUNTRIES) > 190
    for one in COUNTRIES:
        assert country_of(one.code) == country_of(f" {one.name.upper()} ") == one
        assert country_of(one.name_de).name_de == one.name_de
    assert country_of("Turkey").code == "TR"
    assert country_of("Narnia") is None
    assert set(NAMES) <= set(SUBREGIONS)


def test_whatever_a_builder_makes_passes_the_rules_of_uploads():
    rows = [
        (line, {field.name: getattr(one, field.name) for field in fields(PersonaDraft)})
        for line, one in enumerate(EVEN[:200], 1)
    ]
    faults = RowFaults()
    checked = check_personas(rows, faults)
    assert faults.by_column() == {}
    assert [one.draft for one in checked] == EVEN[:200]


def test_every_education_and_occupation_has_a_german_word():
    assert set(tables.GERMAN) == set(tables.EDUCATION) | set(tables.OCCUPATIONS)
