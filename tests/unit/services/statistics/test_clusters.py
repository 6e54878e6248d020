import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.api import OLS

from services.statistics.clusters import cluster_error, cluster_interval
from tests.support.depth import examples

CLUSTERS = st.lists(st.lists(st.integers(1, 5), min_size=1, max_size=5), min_size=2, max_size=8)


def totals(clusters):
    return np.array([len(one) for one in clusters]), np.array([sum(one) for one in clusters])


@given(clusters=CLUSTERS)
@settings(max_examples=examples(15))
def test_the_error_is_the_cluster_robust_one_of_statsmodels(clusters):
    values = np.concatenate([np.array(one, dtype=float) for one in clusters])
    groups = np.repeat(np.arange(len(clusters)), [len(one) for one in clusters])
    model = OLS(values, np.ones(len(values)))
    theirs = model.fit(cov_type="cluster", cov_kwds={"groups": groups})
    assert cluster_error(*totals(clusters)) == pytest.approx(theirs.bse[0], abs=1e-9)


def test_one_cluster_and_equal_clusters_have_no_interval():
    assert cluster_interval(*totals([[1, 2]])) is None
    assert cluster_interval(*totals([[2, 2], [2]])) is None


def test_clusters_of_one_value_have_the_interval_of_the_mean():
    low, high = cluster_interval(*totals([[1], [2], [3]]))
    assert [low, high] == pytest.approx([2 - 4.302653 / 3**0.5, 2 + 4.302653 / 3**0.5])
