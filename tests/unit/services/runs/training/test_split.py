"""Splits and shares: by patient, seeded, stratified, complete."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.errors import Invalid
from services.runs.training.data import partition
from services.runs.training.data.split import split_rows, units_of
from services.seeding import derived_seed, generator


def people(count, rows_each=1, classes=2):
    patients = np.repeat([f"p{one}" for one in range(count)], rows_each)
    return patients, np.repeat(np.arange(count) % classes, rows_each)


def split(patients, y, seed=1, **shares):
    given_shares = {"test_share": 0.2, "validation_share": 0.2, **shares}
    return split_rows(patients, y, seed=seed, **given_shares)


def parts_of(done):
    return [set(done.train), set(done.validation), set(done.test)]


visits = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 3)), min_size=8, max_size=120
).filter(lambda rows: len({patient for patient, _ in rows}) >= 4)


@given(rows=visits, seed=st.integers(0, 2**31 - 1))
def test_no_patient_is_ever_on_two_sides(rows, seed):
    patients = np.array([f"p{patient}" for patient, _ in rows])
    y = np.array([label for _, label in rows])
    train, validation, test = parts_of(split(patients, y, seed))
    assert train | validation | test == set(range(len(rows)))
    seen = [{patients[row] for row in part} for part in (train, validation, test)]
    assert sum(len(part) for part in seen) == len(set.union(*seen))
    assert all(seen)


def test_the_classes_keep_their_shares():
    patients, y = people(500, classes=5)
    done = split(patients, y)
    assert np.bincount(y[done.test]).tolist() == [20] * 5
    assert np.bincount(y[done.validation]).tolist() == [16] * 5


def test_the_same_seed_splits_the_same_way_and_another_one_differently():
    patients, y = people(100)
    first, again, other = (split(patients, y, seed) for seed in (1, 1, 2))
    assert parts_of(first) == parts_of(again)
    assert parts_of(first) != parts_of(other)


def test_the_validation_share_does_not_move_the_test_rows():
    patients, y = people(100)
    assert set(split(patients, y).test) == set(split(patients, y, validation_share=0.4).test)


def test_a_sample_is_a_share_of_the_patients():
    patients, y = people(100, rows_each=3)
    done = split(patients, y, sample_fraction=0.1)
    assert len({patients[row] for part in parts_of(done) for row in part}) == 10


def test_too_few_patients_are_refused_by_name():
    patients, y = people(2)
    with pytest.raises(Invalid, match="it needs 2 or more") as caught:
        split(patients, y)
    assert "validation_split" in caught.value.errors


def test_a_patient_counts_for_the_class_of_most_rows():
    units = units_of(np.array(["a", "a", "a", "b"]), np.array([1, 1, 0, 0]))
    assert units.label.tolist() == [1, 0]


def test_equal_shares_are_equal_and_complete():
    patients, y = people(103)
    shards = partition.equal(units_of(patients, y), 5, 10, generator(1, "partition"))
    assert sorted(len(shard) for shard in shards) == [20, 20, 21, 21, 21]
    assert sorted(np.concatenate(shards)) == list(range(103))


@given(
    seed=st.integers(0, 2**31 - 1),
    clients=st.integers(2, 6),
    alpha=st.floats(0.1, 10),
    rows_each=st.integers(1, 3),
)
def test_every_uneven_share_is_large_enough_and_keeps_patients_together(
    seed, clients, alpha, rows_each
):
    patients, y = people(240, rows_each=rows_each, classes=3)
    units = units_of(patients, y)
    shards = partition.dirichlet(units, clients, alpha, 10, generator(seed, "partition"))
    assert min(len(shard) for shard in shards) >= 10
    assert sorted(np.concatenate(shards)) == list(range(len(y)))
    owners = [{patients[row] for row in shard} for shard in shards]
    assert sum(len(owner) for owner in owners) == 240


def test_a_small_alpha_is_more_uneven():
    def unevenness(alpha):
        patients, y = people(1000)
        units = units_of(patients, y)
        draws = [
            partition.dirichlet(units, 5, alpha, 2, generator(seed, "partition"))
            for seed in range(10)
        ]
        return np.mean([np.std([y[shard].mean() for shard in shards]) for shards in draws])

    assert unevenness(0.2) > 2 * unevenness(20.0)


def test_shares_that_cannot_be_large_enough_are_refused():
    patients, y = people(40)
    with pytest.raises(Invalid, match="40 rows cannot give 5 clients 10 each"):
        partition.dirichlet(units_of(patients, y), 5, 0.5, 10, generator(1, "partition"))
    with pytest.raises(Invalid, match="each needs 10") as caught:
        partition.equal(units_of(patients, y), 5, 10, generator(1, "partition"))
    assert "smaller min_client_rows" in caught.value.errors["partitioner"][0]


def test_draws_that_never_come_out_right_end_with_a_sentence():
    patients, y = people(52)
    with pytest.raises(Invalid, match="always had fewer than 10 rows"):
        partition.dirichlet(units_of(patients, y), 5, 0.01, 10, generator(1, "partition"))


def test_a_column_makes_one_site_of_each_value():
    values = np.array(["North", "South"] * 15)
    shards = partition.by_column(values, 10)
    assert set(shards) == {"North", "South"}
    assert shards["South"].tolist() == list(range(1, 30, 2))


def test_a_column_with_a_small_site_or_one_value_is_refused():
    with pytest.raises(Invalid, match=r"Sites with fewer than 10 training rows: South \(2\)"):
        partition.by_column(np.array(["North"] * 20 + ["South"] * 2), 10)
    with pytest.raises(Invalid, match="a single value"):
        partition.by_column(np.array(["North"] * 20), 10)


@pytest.mark.parametrize(
    ("site", "words"), [("", "no value"), (" ", "no value"), ("x" * 201, "200")]
)
def test_a_site_has_a_name_that_can_be_kept(site, words):
    with pytest.raises(Invalid, match=words):
        partition.by_column(np.array(["North"] * 20 + [site] * 20), 10)


def test_a_patient_seen_at_two_sites_is_found():
    patients = np.array(["a", "a", "b", "b"])
    sites = np.array(["North", "South", "North", "North"])
    assert partition.travellers(patients, sites).tolist() == [True, True, False, False]


@given(seed=st.integers(0, 2**31 - 1), other=st.integers(0, 2**31 - 1))
def test_seeds_of_different_draws_differ(seed, other):
    assume(seed != other)
    assert derived_seed(seed, "a", 1) != derived_seed(other, "a", 1)
    assert derived_seed(seed, "a", 1) != derived_seed(seed, "b", 1)
    assert derived_seed(seed, "a", 1, 11) != derived_seed(seed, "a", 11, 1)
    assert 0 <= derived_seed(seed, "a") < 2**63


def test_a_derived_seed_is_the_same_on_every_machine():
    assert derived_seed(46, "order", 3, "client_1") == 7393769476163969059
