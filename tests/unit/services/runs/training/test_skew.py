"""Skew of sites: formulas against scipy and by hand, and the partition that training uses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import euclidean

from services.datasets.builtin_labels import builtin_labels
from services.datasets.builtin_loader import load_builtin
from services.runs.training.config.config import TrainingConfig
from services.runs.training.data.sharing import ClassCounts, only_site, shard_out, split_of
from services.runs.training.data.skew import gini, hellinger, skew_of
from tests.factories.training import table

COUNTS = st.lists(st.integers(0, 10_000), min_size=2, max_size=8).filter(sum)
SIZES = st.lists(st.integers(1, 100_000), min_size=2, max_size=40)


def labels_of(data) -> ClassCounts:
    return ClassCounts(y=data.y, patients=data.patients, columns=data.columns)


def sites(config: TrainingConfig, data):
    labels = labels_of(data)
    return shard_out(labels, split_of(labels, config), config), labels


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([1, 1], [10, 10], 0.0),
        ([1, 0], [0, 5], 1.0),
        ([1, 1], [1, 0], np.sqrt(1 - np.sqrt(0.5))),
        ([36, 48, 16], [1, 1, 1], 0.150498),  # sqrt(1 - (0.6 + 0.4 + sqrt(0.48)) / sqrt(3))
    ],
)
def test_hellinger_of_known_distributions(first, second, expected):
    assert hellinger(first, second) == pytest.approx(expected, abs=1e-6)


@given(COUNTS, st.data())
def test_hellinger_is_the_distance_of_the_square_roots(first, data):
    size = len(first)
    second = data.draw(st.lists(st.integers(0, 99), min_size=size, max_size=size).filter(sum))
    p, q = (np.array(one) / sum(one) for one in (first, second))
    assert hellinger(first, second) == pytest.approx(euclidean(p**0.5, q**0.5) / 2**0.5, abs=1e-12)
    assert hellinger(first, second) == pytest.approx(hellinger(second, first), abs=1e-12)
    assert -1e-12 <= hellinger(first, second) <= 1 + 1e-12


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [([5, 5, 5], 0.0), ([1, 3], 0.25), ([0, 0, 0, 8], 0.75), ([7], 0.0), ([1, 2, 3, 4, 5], 4 / 15)],
)
def test_gini_of_known_sizes(sizes, expected):
    assert gini(sizes) == pytest.approx(expected)


@given(SIZES)
def test_gini_is_half_the_mean_difference_over_the_mean(sizes):
    values = np.array(sizes, dtype=float)
    differences = np.abs(values[:, None] - values[None, :]).mean()
    assert gini(sizes) == pytest.approx(differences / (2 * values.mean()), abs=1e-9)
    assert -1e-12 <= gini(sizes) <= 1 - 1 / len(sizes) + 1e-12
    assert gini([3 * size for size in sizes]) == pytest.approx(gini(sizes), abs=1e-9)


def test_the_skew_counts_every_row_of_every_site_once():
    data = table(300, classes=3, rows_per_patient=2)
    config = TrainingConfig(num_clients=4, partitioner="dirichlet", dirichlet_alpha=0.5)
    shards, labels = sites(config, data)
    skew = skew_of(shards, labels, data.classes)
    assert [site.rows for site in skew.sites] == [len(shard.rows) for shard in shards]
    held = split_of(labels, config).test
    expected = np.bincount(np.delete(data.y, held), minlength=3)
    assert np.sum([site.class_counts for site in skew.sites], axis=0).tolist() == expected.tolist()
    for site, shard in zip(skew.sites, shards, strict=True):
        assert site.patients == len(set(data.patients[shard.rows]))


@pytest.mark.parametrize("slug", ["breast_cancer", "digits"])
def test_the_labels_of_the_built_in_datasets_are_those_of_their_rows(slug):
    assert np.array_equal(builtin_labels(slug), load_builtin(slug).y)


@pytest.mark.parametrize("partitioner", ["equal", "dirichlet", "column"])
def test_the_partition_is_the_one_that_training_uses(partitioner):
    import torch

    from services.runs.training.engine.preparation import prepare

    data = table(300, hospitals=["a", "b", "c"], rows_per_patient=2)
    config = TrainingConfig(
        num_clients=3, partitioner=partitioner, partition_column="hospital", dirichlet_alpha=1.0
    )
    previewed, _ = sites(config, data)
    trained = prepare(data, config, "federated", torch.device("cpu")).shards
    for one, other in zip(previewed, trained, strict=True):
        assert one.name == other.name
        assert np.array_equal(one.train, other.train)
        assert np.array_equal(one.validation, other.validation)


def test_one_site_is_found_by_its_name_among_many():
    config = TrainingConfig(num_clients=3, only_client="client_2")
    shards, _ = sites(config, table(200))
    assert only_site(shards, config) is shards[1]
